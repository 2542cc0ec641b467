import type { Cancellation } from '../domain/cancellation.ts';
import { scoreRow } from '../reward/rows.ts';
import { isBlank, splitLines } from './lines.ts';

export interface ScoredBlock {
  /** One JSON text for each row, in the order of the rows. */
  readonly rows: readonly string[];
  /** Number of rows that could not be read. */
  readonly bad: number;
}

function badRow(message: string): object {
  return { reward: null, error: 'bad_row', message };
}

function parseLine(line: Uint8Array): { readonly row: unknown } | { readonly problem: string } {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(line);
  } catch {
    return { problem: 'the line is not UTF-8' };
  }
  try {
    return { row: JSON.parse(text) as unknown };
  } catch {
    // The parser's own message quotes the line.
    return { problem: 'the line is not JSON' };
  }
}

/** Scores a block of lines. Skips blank lines; a bad line gives a `bad_row` result in its place. */
export function scoreBlock(block: Uint8Array, formula: string, cancellation?: Cancellation): ScoredBlock {
  const scored = [...splitLines(block)]
    .filter((line) => !isBlank(line))
    .map((line) => {
      const parsed = parseLine(line);
      return 'row' in parsed ? scoreRow(parsed.row, formula, cancellation) : badRow(parsed.problem);
    });
  const bad = scored.filter((row) => 'error' in row && row.error === 'bad_row').length;
  return { rows: scored.map((row) => JSON.stringify(row)), bad };
}
