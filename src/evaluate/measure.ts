import type { EvaluationRow } from './evaluation-row.ts';

/** What one answer counts for; null where it was not scored. */
export type Measure = (row: EvaluationRow) => number | null;

/** A reward that is not a finite number is none. */
export function rewardUnder(formula: string): Measure {
  return ({ rewards }) => {
    const reward = Object.hasOwn(rewards, formula) ? rewards[formula] : null;
    return typeof reward === 'number' && Number.isFinite(reward) ? reward : null;
  };
}

export const formatError: Measure = (row) => (row.format_error ? 1 : 0);

export const hacked: Measure = (row) => (row.hack === null ? 0 : 1);

/** The formulas under which at least one answer has a reward, sorted. */
export function reportedFormulas(rows: readonly EvaluationRow[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row.rewards)))].toSorted();
}

/** Null for no values. */
export function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
