import { type Interval, percentileInterval, resampleTasks } from '../../src/evaluate/bootstrap.ts';
import type { EvaluationRow } from '../../src/evaluate/evaluation-row.ts';
import { formatError, hacked, mean, type Measure, rewardUnder } from '../../src/evaluate/measure.ts';

export const measures: Readonly<Record<string, Measure>> = {
  'format rate': (row) => 1 - (formatError(row) ?? 0),
  'reward, paper/1': rewardUnder('paper/1'),
  'reward, mendloop/1': rewardUnder('mendloop/1'),
  'hack share': hacked,
};

/** Answers of one model at one seed to the held-out rows. */
export type Answers = readonly EvaluationRow[];

/** Each column's mean over the tasks with its 95 % interval; null where no task has a value. */
export type Intervals<Name extends string> = Readonly<Record<Name, Interval | null>>;

const resamples = 10_000;
const level = 0.95;

/** Of each task the mean over its rows, and of that over the seeds: a task counts once. */
export function taskMeans(seeds: readonly Answers[], measure: Measure): Map<string, number> {
  const byTask = new Map<string, number[]>();
  for (const rows of seeds) {
    for (const [task, values] of Map.groupBy(rows, ({ task_id }) => task_id)) {
      const found = mean(values.map(measure).filter((value) => value !== null));
      if (found !== null) byTask.set(task, [...(byTask.get(task) ?? []), found]);
    }
  }
  return new Map([...byTask].map(([task, found]) => [task, mean(found) ?? Number.NaN]));
}

/** By task what the first is more than the second, on tasks that have both. */
function less(first: ReadonlyMap<string, number>, second: ReadonlyMap<string, number>): Map<string, number> {
  const shared = [...first].filter(([task]) => second.has(task));
  return new Map(shared.map(([task, value]) => [task, value - (second.get(task) as number)]));
}

/** Intervals of columns by task; the same tasks are drawn for all of them. */
function intervalsOf<Name extends string>(
  columns: Readonly<Record<Name, ReadonlyMap<string, number>>>,
  seed: string,
): Intervals<Name> {
  const names = Object.keys(columns) as Name[];
  const tasks = [...new Set(names.flatMap((name) => [...columns[name].keys()]))].toSorted();
  const values = names.map((name) =>
    Float64Array.from(tasks, (task) => columns[name].get(task) ?? Number.NaN),
  );
  const resampled = resampleTasks(values, { seed, resamples });
  const found = names.map((name, at) => {
    const one = resampled[at] ?? null;
    return [name, one === null ? null : percentileInterval(one, level)] as const;
  });
  return Object.fromEntries(found) as Record<Name, Interval | null>;
}

/** A formula's models over its seeds: the base model, the one after the supervised warm-up, and the one after GRPO. */
export interface Stages {
  readonly base: readonly Answers[];
  readonly warm: readonly Answers[];
  readonly after: readonly Answers[];
}

export type StageColumn = keyof Stages | 'after_less_warm' | 'after_less_base';

export function compareStages(stages: Stages): Record<string, Intervals<StageColumn>> {
  const found = Object.entries(measures).map(([name, measure]) => {
    const [base, warm, after] = [stages.base, stages.warm, stages.after].map((seeds) =>
      taskMeans(seeds, measure),
    ) as [Map<string, number>, Map<string, number>, Map<string, number>];
    const differences = { after_less_warm: less(after, warm), after_less_base: less(after, base) };
    return [name, intervalsOf({ base, warm, after, ...differences }, `stages ${name}`)] as const;
  });
  return Object.fromEntries(found);
}

/** Two training formulas at the same seeds: what the models of the second have more than those of the first. */
export function compareFormulas(
  first: readonly Answers[],
  second: readonly Answers[],
): Record<string, Interval | null> {
  const found = Object.entries(measures).map(([name, measure]) => {
    const difference = less(taskMeans(second, measure), taskMeans(first, measure));
    return [name, intervalsOf({ difference }, `formulas ${name}`).difference] as const;
  });
  return Object.fromEntries(found);
}

export type Finding = 'rose' | 'fell' | 'not shown' | 'no figure';

/** What a difference says: nothing where its interval holds 0. */
export function findingOf(difference: Interval | null): Finding {
  if (difference === null) return 'no figure';
  if (difference.lower > 0) return 'rose';
  return difference.upper < 0 ? 'fell' : 'not shown';
}
