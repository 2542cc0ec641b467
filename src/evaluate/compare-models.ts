import type { EvaluationRow } from './evaluation-row.ts';
import { decideGate, type GateVerdict } from './gate.ts';
import type { NightDifference } from './night.ts';
import type { ModelSummary } from './summary.ts';

/** Two models on the same rows with the same seeds; differences are the first minus the second. */
export interface ModelComparison {
  readonly model: ModelSummary;
  readonly against: ModelSummary;
  readonly differences: {
    /** By formula, with the 95 % interval of a paired bootstrap over tasks. */
    readonly rewards: Readonly<Record<string, NightDifference | null>>;
    readonly format_errors: NightDifference | null;
    readonly hacks: NightDifference | null;
  };
  /** What the gate would say of a candidate with these answers in a first night. */
  readonly gate: Pick<GateVerdict, 'decision' | 'reasons'>;
}

export function compareModels(
  rows: readonly EvaluationRow[],
  trainingFormula: string,
  seed: number,
): ModelComparison {
  const { decision, reasons, evidence } = decideGate({ rows, history: [], trainingFormula, seed });
  const { formulas, format_errors, hacks } = evidence.tonight;
  return {
    model: evidence.candidate,
    against: evidence.incumbent,
    differences: { rewards: formulas, format_errors, hacks },
    gate: { decision, reasons },
  };
}
