/** Replaces every `search` that starts a line of the file at `path` by `replace`. */
export interface Edit {
  readonly path: string;
  readonly search: string;
  readonly replace: string;
}

/**
 * Why an answer has the wrong form (docs/contracts/reward.md#format-errors); the order of the checks decides which error is reported. `empty_search`
 * is reported by `mendloop/1` alone: the paper's formulas have no such error.
 */
export type FormatError =
  | 'tag_count'
  | 'empty_thought'
  | 'no_blocks'
  | 'empty_search'
  | 'search_equals_replace'
  | 'search_not_found'
  | 'edits_too_large';

export const thoughtTags = { open: '<think>', close: '</think>' } as const;
export const solutionTags = { open: '<solution>', close: '</solution>' } as const;

export const fence = '```';
export const pathMark = '### ';
const searchLine = '<<<<<<< SEARCH';
/** Ends the SEARCH part wherever this line stands, except as the part's first line. */
export const dividerLine = '=======';
const replaceLine = '>>>>>>> REPLACE';

/** The marks of a block with the line breaks that belong to them: SEARCH text, divider, REPLACE text, terminator. */
export const searchMark = `\n${searchLine}\n`;
export const divider = `\n${dividerLine}\n`;
export const terminator = `\n${replaceLine}\n${fence}`;

/**
 * An answer in the form that `parseAnswer` reads:
 * `<think>\nTHOUGHT\n</think>\n<solution>\nBLOCK\nBLOCK\n</solution>`.
 */
export function formatAnswer(thought: string, edits: readonly Edit[]): string {
  const blocks = edits.map(formatEdit).join('\n');
  return `${thoughtTags.open}\n${thought}\n${thoughtTags.close}\n${solutionTags.open}\n${blocks}\n${solutionTags.close}`;
}

/** The block of one edit, from its opening fence to its closing fence. */
export function formatEdit({ path, search, replace }: Edit): string {
  return `${fence}\n${pathMark}${path}${searchMark}${search}${divider}${replace}${terminator}`;
}

/** Whether the parser reads the block of an edit back as it is: neither text may hold a mark that ends its part. */
export function isReadable({ search, replace }: Edit): boolean {
  return (search + divider).indexOf(divider) === search.length && !replace.includes(terminator);
}
