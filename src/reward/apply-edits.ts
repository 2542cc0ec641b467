import type { Edit, FormatError } from './parse-output.ts';

/** Text of each file by path. */
export type FileTexts = ReadonlyMap<string, string>;

export type ApplyResult =
  | { readonly error: Extract<FormatError, 'search_equals_replace' | 'search_not_found'> }
  | { readonly error: null; readonly files: FileTexts };

/**
 * The new texts of the edited files, and of no other. Edits of one file build on each other; a file that the context
 * lacks starts empty; every occurrence of a search text at a line start is replaced (swe-rl §1.3.2, step 5).
 */
export function applyEdits(context: FileTexts, edits: readonly Edit[]): ApplyResult {
  const files = new Map<string, string>();
  for (const [path, editsOfFile] of editsByPath(edits)) {
    const result = editText(context.get(path) ?? '', editsOfFile);
    if (result.error !== null) return result;
    files.set(path, result.text);
  }
  return { error: null, files };
}

/** In order of appearance. */
function editsByPath(edits: readonly Edit[]): Map<string, Edit[]> {
  const byPath = new Map<string, Edit[]>();
  for (const edit of edits) {
    const ofPath = byPath.get(edit.path);
    if (ofPath === undefined) byPath.set(edit.path, [edit]);
    else ofPath.push(edit);
  }
  return byPath;
}

type EditedText = { readonly error: null; readonly text: string } | Extract<ApplyResult, { error: string }>;

/** A line break is put before the text, so that a search text is anchored at a line start by its own line break. */
function editText(before: string, edits: readonly Edit[]): EditedText {
  let text = `\n${before}`;
  for (const { search, replace } of edits) {
    if (search === replace) return { error: 'search_equals_replace' };
    if (!text.includes(`\n${search}`)) return { error: 'search_not_found' };
    text = text.split(`\n${search}`).join(`\n${replace}`);
  }
  return { error: null, text: text.slice(1) };
}
