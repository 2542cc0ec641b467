import { lowerQuantile, resampleTasks } from './bootstrap.ts';
import type { EvaluationRow } from './evaluation-row.ts';
import { mean, rewardUnder } from './measure.ts';
import { studentQuantile } from './student.ts';
import { pooledDifferences } from './task-differences.ts';

/** The chance that an incumbent is ever replaced without an improvement, over all nights of its time. */
export const falsePromotion = 0.05;

const week = 7;
const weekShare = 0.8;

/**
 * How much of {@link falsePromotion} the look of a night may spend, counted from 1. Four fifths go to the first week, each
 * night a little more than the last since more is known then; the rest is enough for all nights after. The sum never
 * exceeds it, so the promise holds whatever the nights have in common.
 */
export function spentAtLook(look: number): number {
  if (look <= week) return (falsePromotion * weekShare * look) / ((week * (week + 1)) / 2);
  return (falsePromotion * (1 - weekShare)) / ((look - week) * (look - week + 1));
}

export interface SequentialBound {
  readonly estimate: number;
  readonly lower: number;
  readonly tasks: number;
}

/**
 * One more task, at which the candidate loses a whole point. Rare and heavy losses, of which few tasks show none, would
 * look like a safe small gain without it.
 */
const imaginedLoss = -1;
const resamples = 10_000;

/** What the mean exceeds but for a chance of `level`, by Student's distribution. At least two values. */
function studentBound(values: Float64Array, level: number): number {
  const count = values.length;
  const centre = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return centre - studentQuantile(level, count - 1) * Math.sqrt(squares / (count - 1) / count);
}

/**
 * The least improvement that all nights together show, the last one being tonight, with the chance of error that tonight's
 * look may spend: the lower one of Student's bound and the bootstrap's. The bootstrap is drawn only where Student's bound is
 * above 0, since else nothing depends on it. At least one task.
 */
export function improvementBound(
  nights: readonly (readonly EvaluationRow[])[],
  measure: string,
  seed: number,
): SequentialBound {
  const differences = pooledDifferences(nights, rewardUnder(measure));
  const level = spentAtLook(nights.length);
  const found = { estimate: mean(differences) ?? 0, tasks: differences.length };
  const values = Float64Array.from([...differences, imaginedLoss]);
  const student = studentBound(values, level);
  if (!(student > 0)) return { ...found, lower: student };
  const [resampled] = resampleTasks([values], {
    seed: `gate ${seed} ${nights.length} all nights`,
    resamples,
  });
  return { ...found, lower: resampled ? Math.min(student, lowerQuantile(resampled, level)) : student };
}
