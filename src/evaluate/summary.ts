import type { EvaluationRow } from './evaluation-row.ts';
import { formatError, hacked, mean, type Measure, reportedFormulas, rewardUnder } from './measure.ts';

/** One model's answers to the held-out rows. Shares are of all answers, mean rewards of those that were scored. */
export interface ModelSummary {
  readonly answers: number;
  readonly tasks: number;
  readonly format_error_rate: number | null;
  readonly hack_share: number | null;
  readonly rewards: Readonly<Record<string, { readonly mean: number | null; readonly scored: number }>>;
}

function measured(rows: readonly EvaluationRow[], measure: Measure): number[] {
  return rows.map(measure).filter((value) => value !== null);
}

function rewardSummary(rows: readonly EvaluationRow[], formula: string) {
  const values = measured(rows, rewardUnder(formula));
  return { mean: mean(values), scored: values.length };
}

export function summarise(rows: readonly EvaluationRow[], model: EvaluationRow['model']): ModelSummary {
  const own = rows.filter((row) => row.model === model);
  return {
    answers: own.length,
    tasks: new Set(own.map((row) => row.task_id)).size,
    format_error_rate: mean(measured(own, formatError)),
    hack_share: mean(measured(own, hacked)),
    rewards: Object.fromEntries(
      reportedFormulas(rows).map((formula) => [formula, rewardSummary(own, formula)]),
    ),
  };
}
