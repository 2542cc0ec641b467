import { strip } from '../diff/python-strings.ts';
import {
  divider,
  type Edit,
  fence,
  type FormatError,
  pathMark,
  searchMark,
  solutionTags,
  terminator,
  thoughtTags,
} from './answer-form.ts';

export type ParsedAnswer =
  | { readonly error: Extract<FormatError, 'tag_count' | 'empty_thought' | 'no_blocks'> }
  | {
      readonly error: null;
      readonly thought: string;
      /** The text between the solution's tags. */
      readonly solution: string;
      /** In order of appearance; never empty. */
      readonly edits: readonly Edit[];
    };

/** Splits a model's output into thought, solution and edits by the strict rules of the paper's reward (docs/contracts/reward.md#answer-form). */
export function parseAnswer(output: string): ParsedAnswer {
  const tags = [thoughtTags.open, thoughtTags.close, solutionTags.open, solutionTags.close];
  if (tags.some((tag) => output.split(tag).length !== 2)) return { error: 'tag_count' };
  const thought = textBetween(output, thoughtTags);
  if (thought === '') return { error: 'empty_thought' };
  const solution = textBetween(output, solutionTags);
  const edits = parseEdits(solution);
  return edits.length === 0 ? { error: 'no_blocks' } : { error: null, thought, solution, edits };
}

/** The text between two tags, stripped; it runs to the end of the output where no closing tag follows the opening one. */
function textBetween(output: string, { open, close }: { open: string; close: string }): string {
  const start = output.indexOf(open) + open.length;
  const end = output.indexOf(close, start);
  return strip(output.slice(start, end < 0 ? output.length : end));
}

/** The SEARCH/REPLACE blocks of a solution, in order (docs/contracts/reward.md#edits). Time is linear, however broken the text. */
export function parseEdits(solution: string): Edit[] {
  const edits: Edit[] = [];
  let at = solution.indexOf(fence);
  while (at >= 0) {
    const opening = parseOpening(solution, at);
    if (opening === null) {
      at = fenceOnLaterLine(solution, at);
      continue;
    }
    // Without a divider or a terminator after this opening there is none after any later one either.
    const middle = solution.indexOf(divider, opening.searchStart);
    if (middle < 0) break;
    const replaceStart = middle + divider.length;
    const end = solution.indexOf(terminator, replaceStart);
    if (end < 0) break;
    const search = solution.slice(opening.searchStart, middle);
    edits.push({ path: opening.path, search, replace: solution.slice(replaceStart, end) });
    at = solution.indexOf(fence, end + terminator.length);
  }
  return edits;
}

/** A fence line, then `### path`, then the SEARCH mark; null where these lines do not follow the fence at `at`. */
function parseOpening(solution: string, at: number): { path: string; searchStart: number } | null {
  const fenceEnd = solution.indexOf('\n', at);
  if (fenceEnd < 0 || !solution.startsWith(pathMark, fenceEnd + 1)) return null;
  const pathStart = fenceEnd + 1 + pathMark.length;
  const pathEnd = solution.indexOf('\n', pathStart);
  if (pathEnd < 0 || !solution.startsWith(searchMark, pathEnd)) return null;
  return { path: solution.slice(pathStart, pathEnd), searchStart: pathEnd + searchMark.length };
}

function fenceOnLaterLine(solution: string, at: number): number {
  const lineEnd = solution.indexOf('\n', at);
  return lineEnd < 0 ? -1 : solution.indexOf(fence, lineEnd);
}
