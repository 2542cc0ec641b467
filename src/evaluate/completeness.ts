import type { EvaluationRow } from './evaluation-row.ts';
import type { Measure } from './measure.ts';

/** True when a model answers the same row with the same sample number twice. */
export function hasDuplicates(rows: readonly EvaluationRow[]): boolean {
  const names = rows.map((row) => `${row.model} ${row.sample} ${row.row_id}`);
  return new Set(names).size < names.length;
}

function countByRow(
  rows: readonly EvaluationRow[],
  model: EvaluationRow['model'],
  measure: Measure,
): Map<string, { asked: number; scored: number }> {
  const counts = new Map<string, { asked: number; scored: number }>();
  for (const row of rows) {
    if (row.model !== model) continue;
    const count = counts.get(row.row_id) ?? { asked: 0, scored: 0 };
    count.asked += 1;
    count.scored += measure(row) === null ? 0 : 1;
    counts.set(row.row_id, count);
  }
  return counts;
}

/**
 * The share of rows without all their answers: unscored ones, or rows that only one model answered. What is missing may be
 * missing because it is bad, so a mean of the rest is not to be trusted when it is much.
 */
export function missingShare(rows: readonly EvaluationRow[], measure: Measure): number {
  const candidate = countByRow(rows, 'candidate', measure);
  const incumbent = countByRow(rows, 'incumbent', measure);
  const ids = new Set([...candidate.keys(), ...incumbent.keys()]);
  const whole = [...ids].filter((row_id) =>
    [candidate, incumbent].every((counts) => {
      const count = counts.get(row_id);
      return count !== undefined && count.scored === count.asked;
    }),
  );
  return ids.size === 0 ? 0 : 1 - whole.length / ids.size;
}
