import type { FileTexts } from '../diff/file-patches.ts';
import { createEditRoom } from './edit-room.ts';
import type { EditRoom } from './edit-room.ts';
import type { Edit, FormatError } from './parse-answer.ts';

export type ApplyResult =
  | { readonly error: Extract<FormatError, 'search_equals_replace' | 'search_not_found' | 'edits_too_large'> }
  | { readonly error: null; readonly files: FileTexts };

/**
 * The new texts of the edited files, and of no other. Edits of one file build on each other; a file that the context
 * lacks starts empty; every occurrence of a search text at a line start is replaced (swe-rl §1.3.2, step 5). Edits that
 * multiply a text, or search it, beyond the limits of `edit-room.ts` are an error of ours that the paper does not have.
 */
export function applyEdits(context: FileTexts, edits: readonly Edit[]): ApplyResult {
  const files = new Map<string, string>();
  const byPath = editsByPath(edits);
  const room = createEditRoom(sizeOf(context, byPath));
  for (const [path, editsOfFile] of byPath) {
    const result = editText(context.get(path) ?? '', editsOfFile, room);
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

function sizeOf(context: FileTexts, byPath: ReadonlyMap<string, readonly Edit[]>): number {
  let size = 0;
  for (const [path, edits] of byPath) {
    size += context.get(path)?.length ?? 0;
    for (const { search, replace } of edits) size += search.length + replace.length;
  }
  return size;
}

type EditedText = { readonly error: null; readonly text: string } | Extract<ApplyResult, { error: string }>;

/** A line break is put before the text, so that a search text is anchored at a line start by its own line break. */
function editText(before: string, edits: readonly Edit[], room: EditRoom): EditedText {
  let text = `\n${before}`;
  for (const edit of edits) {
    if (edit.search === edit.replace) return { error: 'search_equals_replace' };
    if (!room.takeSearch(text)) return { error: 'edits_too_large' };
    const parts = text.split(`\n${edit.search}`);
    if (parts.length === 1) return { error: 'search_not_found' };
    if (!room.takeReplacement(edit, parts.length - 1)) return { error: 'edits_too_large' };
    text = parts.join(`\n${edit.replace}`);
  }
  return { error: null, text: text.slice(1) };
}
