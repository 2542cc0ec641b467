import { formulaNames } from '../../src/reward/formulas.ts';
import { scoreRow } from '../../src/reward/rows.ts';
import type { FuzzRow } from './rows.ts';

/** The codes that a wrong form may have, by the code that a formula gave; anything else is a failure. */
const formatErrors: ReadonlySet<unknown> = new Set([
  'tag_count',
  'empty_thought',
  'no_blocks',
  'search_equals_replace',
  'search_not_found',
  'edits_too_large',
  'empty_search',
]);

export interface Answer {
  readonly formula: string;
  /** `scored`, a format error or `bad_row`. */
  readonly outcome: string;
  readonly text: string;
  /** What is wrong with it. */
  readonly faults: readonly string[];
}

/** The answer of every registered formula. */
export function answersTo(fuzz: FuzzRow): Answer[] {
  return formulaNames.map((formula) => answerOf(fuzz, formula));
}

function answerOf({ row, isReadable }: FuzzRow, formula: string): Answer {
  try {
    const answer = scoreRow(row, formula) as Record<string, unknown>;
    const outcome = typeof answer['error'] === 'string' ? answer['error'] : 'scored';
    return { formula, outcome, text: JSON.stringify(answer), faults: faultsOf(answer, isReadable) };
  } catch (error) {
    return { formula, outcome: 'crashed', text: '', faults: [`it threw ${String(error)}`] };
  }
}

function faultsOf(answer: Record<string, unknown>, isReadable: boolean): string[] {
  const { reward, error } = answer;
  if (error === 'bad_row') {
    const isTyped = reward === null && typeof answer['message'] === 'string';
    const hasNoScore = String(answer['message']).endsWith('has no score for it');
    return isTyped && (!isReadable || hasNoScore) ? [] : ['a row that can be read is a bad row'];
  }
  const faults: string[] = [];
  if (!isReadable) faults.push('a row that cannot be read has a score');
  if (error !== null && !formatErrors.has(error)) faults.push(`unknown error ${JSON.stringify(error)}`);
  if (!isWithin(reward, -1, 1)) faults.push(`reward ${JSON.stringify(reward)}`);
  if (error !== null && reward !== -1) faults.push('a wrong form that is not -1');
  return [...faults, ...faultsOfParts(answer)];
}

function faultsOfParts({ per_file: files, parts, hack }: Record<string, unknown>): string[] {
  const faults: string[] = [];
  const isFine = ([path, value]: unknown[]): boolean => typeof path === 'string' && isWithin(value, 0, 1);
  if (files !== null && !(Array.isArray(files) && files.every(isFine))) faults.push('per_file');
  const values = Object.values(parts as Record<string, unknown>);
  if (!values.every((value) => value === null || Number.isFinite(value))) faults.push('parts');
  if (hack !== null && typeof hack !== 'string') faults.push('hack');
  return faults;
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}
