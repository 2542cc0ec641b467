import type { FileTexts } from '../diff/file-patches.ts';
import type { Edit, FormatError } from './answer-form.ts';

export type ApplyResult =
  | { readonly error: Extract<FormatError, 'search_equals_replace' | 'search_not_found' | 'edits_too_large'> }
  | { readonly error: null; readonly files: FileTexts };

/**
 * The new texts of the edited files, and of no other file. Edits of one file apply in order; a file that `context` lacks
 * starts empty; every occurrence of a search text at a line start is replaced (docs/contracts/reward.md#edits). `edits_too_large`
 * stands for edits beyond the limits below, which the paper does not have.
 */
export function applyEdits(context: FileTexts, edits: readonly Edit[]): ApplyResult {
  const files = new Map<string, string>();
  const byPath = editsByPath(edits);
  const budget = createEditBudget(sizeOf(context, byPath));
  for (const [path, editsOfFile] of byPath) {
    const result = editText(context.get(path) ?? '', editsOfFile, budget);
    if (result.error !== null) return result;
    files.set(path, result.text);
  }
  return { error: null, files };
}

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

/** Puts a line break before the text, so that `\n` and the search text match at line starts only. */
function editText(before: string, edits: readonly Edit[], budget: EditBudget): EditedText {
  let text = `\n${before}`;
  for (const edit of edits) {
    if (edit.search === edit.replace) return { error: 'search_equals_replace' };
    if (!budget.chargeSearch(text)) return { error: 'edits_too_large' };
    const parts = text.split(`\n${edit.search}`);
    if (parts.length === 1) return { error: 'search_not_found' };
    if (!budget.chargeReplacement(edit, parts.length - 1)) return { error: 'edits_too_large' };
    text = parts.join(`\n${edit.replace}`);
  }
  return { error: null, text: text.slice(1) };
}

/**
 * Most characters that one answer may add, over all files, by replacing a text in more than one place. Without a limit, 160
 * edits that double a line, 10 kB in all, would make a text of 2^160 characters.
 */
const mostRepeated = 2 ** 20;

/**
 * Most characters that all searches of one answer may read: a constant, and a share for each character of the files and
 * edits. Allows 370 edits of a file of 300 kB. The worst text, empty lines only, takes 5 ns for each character.
 */
const searchedAlways = 2 ** 25;
const searchedPerCharacter = 256;

/** A budget for the edits of one answer. */
export interface EditBudget {
  /** Charges one more search of `text`; false where the limit is exceeded. */
  chargeSearch(text: string): boolean;
  /** Charges the replacement of the edit's text in this many places; false where the limit is exceeded. */
  chargeReplacement(edit: Edit, places: number): boolean;
}

/** `size`: characters of the files before the change and of the edits together. */
export function createEditBudget(size: number): EditBudget {
  let repeated = mostRepeated;
  let searched = searchedAlways + searchedPerCharacter * size;
  return {
    chargeSearch({ length }) {
      searched -= length;
      return searched >= 0;
    },
    chargeReplacement({ search, replace }, places) {
      repeated -= (places - 1) * Math.max(0, replace.length - search.length);
      return repeated >= 0;
    },
  };
}
