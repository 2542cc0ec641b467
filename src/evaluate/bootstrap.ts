import { randomFrom } from '../domain/random.ts';

/** A mean with the interval of its bootstrap. */
export interface Interval {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
  readonly tasks: number;
}

/** Means of one column: with every task, and in each resample. */
export interface ResampledMeans {
  readonly estimate: number;
  readonly tasks: number;
  /** Ascending. */
  readonly means: Float64Array;
}

interface Options {
  readonly seed: string;
  readonly resamples: number;
}

function meanOf(column: Float64Array, drawn: Uint32Array): number {
  let sum = 0;
  let count = 0;
  for (let turn = 0; turn < drawn.length; turn += 1) {
    const value = column[drawn[turn] as number] as number;
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return sum / count;
}

/**
 * Draws whole tasks with replacement, the same tasks for every column. A column holds one value a task, NaN where there is
 * none; a column without any value gives null. The same input and seed give the same numbers on every machine.
 */
export function resampleTasks(columns: readonly Float64Array[], options: Options): (ResampledMeans | null)[] {
  const count = columns[0]?.length ?? 0;
  const random = randomFrom(options.seed);
  const drawn = Uint32Array.from({ length: count }, (_, at) => at);
  const estimates = columns.map((column) => meanOf(column, drawn));
  const means = columns.map(() => new Float64Array(options.resamples));
  for (let turn = 0; turn < options.resamples; turn += 1) {
    for (let at = 0; at < count; at += 1) drawn[at] = random(count);
    for (let index = 0; index < columns.length; index += 1) {
      (means[index] as Float64Array)[turn] = meanOf(columns[index] as Float64Array, drawn);
    }
  }
  return columns.map((column, index) => {
    const estimate = estimates[index] as number;
    if (Number.isNaN(estimate)) return null;
    const tasks = column.reduce((known, value) => known + (Number.isNaN(value) ? 0 : 1), 0);
    // A resample that drew only tasks without a value has no mean.
    return {
      estimate,
      tasks,
      means: (means[index] as Float64Array).filter((value) => !Number.isNaN(value)).sort(),
    };
  });
}

/** The value that at most this share of resamples lies below; the smallest of all where the share is less than one. */
export function lowerQuantile({ means }: ResampledMeans, share: number): number {
  return means[Math.floor(share * means.length)] as number;
}

/** The two-sided interval that leaves out `1 - level`. */
export function percentileInterval(resampled: ResampledMeans, level: number): Interval {
  const { estimate, tasks, means } = resampled;
  const out = Math.floor(((1 - level) / 2) * means.length);
  return { estimate, lower: means[out] as number, upper: means[means.length - 1 - out] as number, tasks };
}
