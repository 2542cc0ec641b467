import { type Interval, percentileInterval, type ResampledMeans, resampleTasks } from './bootstrap.ts';
import type { EvaluationRow } from './evaluation-row.ts';
import { formatError, hacked, type Measure, reportedFormulas, rewardUnder } from './measure.ts';
import { taskDifferences } from './task-differences.ts';

/** A difference of tonight, with its 95 % interval and its standard error. */
export interface NightDifference extends Interval {
  readonly error: number;
}

/** Candidate minus incumbent on the tasks of one night; null where no task has a scored answer of both. */
export interface Night {
  readonly formulas: Readonly<Record<string, NightDifference | null>>;
  readonly format_errors: NightDifference | null;
  readonly hacks: NightDifference | null;
}

const resamples = 2000;
const level = 0.95;

function column(tasks: readonly string[], differences: ReadonlyMap<string, number>): Float64Array {
  return Float64Array.from(tasks, (task) => differences.get(task) ?? Number.NaN);
}

/** Spread of the resampled means: that of the mean itself. */
function spread({ means }: ResampledMeans): number {
  const centre = means.reduce((sum, value) => sum + value, 0) / means.length;
  return Math.sqrt(means.reduce((sum, value) => sum + (value - centre) ** 2, 0) / means.length);
}

function difference(resampled: ResampledMeans | null | undefined): NightDifference | null {
  return resampled ? { ...percentileInterval(resampled, level), error: spread(resampled) } : null;
}

export function compareNight(rows: readonly EvaluationRow[], seed: string): Night {
  const formulas = reportedFormulas(rows);
  const measures: Measure[] = [formatError, hacked, ...formulas.map(rewardUnder)];
  const differences = measures.map((measure) => taskDifferences(rows, measure));
  const tasks = [...new Set(differences.flatMap((byTask) => [...byTask.keys()]))].toSorted();
  const columns = differences.map((byTask) => column(tasks, byTask));
  const [format, hacks, ...rewards] = resampleTasks(columns, { seed, resamples }).map(difference);
  return {
    formulas: Object.fromEntries(formulas.map((formula, at) => [formula, rewards[at] ?? null])),
    format_errors: format ?? null,
    hacks: hacks ?? null,
  };
}
