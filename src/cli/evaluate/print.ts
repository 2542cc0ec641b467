import type { NightDifference } from '../../evaluate/night.ts';
import type { Evaluation } from '../../train/evaluation/evaluate-models.ts';
import type { Output } from '../frame/output.ts';

interface Line {
  readonly what: string;
  readonly model: number | null;
  readonly against: number | null;
  readonly difference: NightDifference | null;
}

/** The share of answers that have the form, which is easier to read than that of format errors. */
function formatLine({ model, against, differences }: Evaluation): Line {
  const kept = (rate: number | null): number | null => (rate === null ? null : 1 - rate);
  const found = differences.format_errors;
  const difference =
    found === null ? null : { ...found, estimate: -found.estimate, lower: -found.upper, upper: -found.lower };
  return {
    what: 'format rate',
    model: kept(model.format_error_rate),
    against: kept(against.format_error_rate),
    difference,
  };
}

function linesOf(evaluation: Evaluation): Line[] {
  const { model, against, differences } = evaluation;
  const rewards = Object.keys(differences.rewards).map((formula) => ({
    what: `reward ${formula}`,
    model: model.rewards[formula]?.mean ?? null,
    against: against.rewards[formula]?.mean ?? null,
    difference: differences.rewards[formula] ?? null,
  }));
  const hacks = {
    what: 'hack share',
    model: model.hack_share,
    against: against.hack_share,
    difference: differences.hacks,
  };
  return [formatLine(evaluation), ...rewards, hacks];
}

function figure(value: number | null): string {
  return value === null ? '-' : value.toFixed(3);
}

function interval(difference: NightDifference | null): string {
  if (difference === null) return '-';
  const { estimate, lower, upper } = difference;
  const sign = estimate > 0 ? '+' : '';
  return `${sign}${estimate.toFixed(3)} [${lower.toFixed(3)}, ${upper.toFixed(3)}]`;
}

const columns = [
  { title: '', cell: ({ what }: Line) => what },
  { title: 'model', cell: ({ model }: Line) => figure(model) },
  { title: 'against', cell: ({ against }: Line) => figure(against) },
  { title: 'difference, 95 %', cell: ({ difference }: Line) => interval(difference) },
];

/** Prints every measure of both models, the paired difference, and what the gate would decide. */
export async function printEvaluation(out: Output, evaluation: Evaluation): Promise<void> {
  const { snapshot_id, rows, samples, model, gate } = evaluation;
  await out.line(`${snapshot_id}: ${rows} rows of ${model.tasks} tasks, ${samples} answers to each`);
  await out.table(columns, linesOf(evaluation));
  await out.line(`gate: ${gate.decision}`);
  for (const reason of gate.reasons) await out.line(`  ${reason}`);
}
