import { strip } from '../diff/python-strings.ts';

/**
 * Why an answer has the wrong form (docs/contracts/reward.md#format-errors); the order of the checks decides which one is reported. The paper's
 * formulas know no `empty_search`: it is ours.
 */
export type FormatError =
  | 'tag_count'
  | 'empty_thought'
  | 'no_blocks'
  | 'empty_search'
  | 'search_equals_replace'
  | 'search_not_found'
  | 'edits_too_large';

/** Replace every `search` that starts a line of the file at `path` by `replace`. */
export interface Edit {
  readonly path: string;
  readonly search: string;
  readonly replace: string;
}

export interface ParsedOutput {
  readonly thought: string;
  readonly answer: string;
  /** In order of appearance. */
  readonly edits: readonly Edit[];
}

export type ParseResult =
  | { readonly error: FormatError }
  | { readonly error: null; readonly output: ParsedOutput };

const tags = ['<think>', '</think>', '<solution>', '</solution>'] as const;

/** Splits a raw model output into thought, answer and edits by the strict rules of the paper's reward (docs/contracts/reward.md#answer-form). */
export function parseOutput(raw: string): ParseResult {
  if (tags.some((tag) => raw.split(tag).length !== 2)) return { error: 'tag_count' };
  const thought = textBetween(raw, '<think>', '</think>');
  if (thought === '') return { error: 'empty_thought' };
  const answer = textBetween(raw, '<solution>', '</solution>');
  const edits = parseEdits(answer);
  return edits.length === 0 ? { error: 'no_blocks' } : { error: null, output: { thought, answer, edits } };
}

/** Where the closing tag stands before the opening one, the text runs to the end of the output. */
function textBetween(raw: string, open: string, close: string): string {
  const start = raw.indexOf(open) + open.length;
  const end = raw.indexOf(close, start);
  return strip(raw.slice(start, end < 0 ? raw.length : end));
}

const fence = '```';
const searchMark = '\n<<<<<<< SEARCH\n';
const divider = '\n=======\n';
const terminator = '\n>>>>>>> REPLACE\n```';

/** The SEARCH/REPLACE blocks of a text, in order (docs/contracts/reward.md#edits). Time is linear, however broken the text. */
export function parseEdits(answer: string): Edit[] {
  const edits: Edit[] = [];
  let at = answer.indexOf(fence);
  while (at >= 0) {
    const opening = parseOpening(answer, at);
    if (opening === null) {
      at = fenceOnLaterLine(answer, at);
      continue;
    }
    // Without a divider or a terminator after this opening there is none after any later one either.
    const middle = answer.indexOf(divider, opening.searchStart);
    if (middle < 0) break;
    const replaceStart = middle + divider.length;
    const end = answer.indexOf(terminator, replaceStart);
    if (end < 0) break;
    const search = answer.slice(opening.searchStart, middle);
    edits.push({ path: opening.path, search, replace: answer.slice(replaceStart, end) });
    at = answer.indexOf(fence, end + terminator.length);
  }
  return edits;
}

/** A fence line, then `### path`, then the SEARCH mark; null where these lines do not follow the fence at `at`. */
function parseOpening(answer: string, at: number): { path: string; searchStart: number } | null {
  const fenceEnd = answer.indexOf('\n', at);
  if (fenceEnd < 0 || !answer.startsWith('### ', fenceEnd + 1)) return null;
  const pathStart = fenceEnd + 5;
  const pathEnd = answer.indexOf('\n', pathStart);
  if (pathEnd < 0 || !answer.startsWith(searchMark, pathEnd)) return null;
  return { path: answer.slice(pathStart, pathEnd), searchStart: pathEnd + searchMark.length };
}

function fenceOnLaterLine(answer: string, at: number): number {
  const lineEnd = answer.indexOf('\n', at);
  return lineEnd < 0 ? -1 : answer.indexOf(fence, lineEnd);
}
