import { type Random, randomFrom } from '../domain/random.ts';
import type { EvaluationRow } from './evaluation-row.ts';
import { decideGate } from './gate.ts';
import { improvementBound } from './sequential-bound.ts';

/** A sequence of nights of candidates against one incumbent. */
export interface World {
  readonly tasks: number;
  readonly samples: number;
  /** What every candidate is better by, as a mean over all tasks there are. */
  readonly gain: number;
  /** How much that differs from task to task: its standard deviation. */
  readonly unevenness: number;
  /** Each night asks the same tasks, and the incumbent gives the same answers to them. */
  readonly sameTasks: boolean;
  /** One answer: its reward, by the task's own level (0 to 1) and the model's gain there. */
  readonly answer: (level: number, gain: number, random: Random, model: EvaluationRow['model']) => Answer;
}

interface Answer {
  readonly reward: number;
  readonly format_error: boolean;
}

interface Task {
  readonly id: string;
  readonly level: number;
  readonly gain: number;
}

const fine = 2 ** 30;

/** From 0 up to 1. */
export function share(random: Random): number {
  return random(fine) / fine;
}

/** Mean 0, standard deviation 1, at most 3.5 in size: from the sum of four shares. */
export function bell(random: Random): number {
  return (share(random) + share(random) + share(random) + share(random) - 2) * Math.sqrt(3);
}

function clip(value: number): number {
  return Math.max(-1, Math.min(1, value));
}

/** A form error in one answer of ten, else a reward between 0 and 1 that says little about the next one of its task. */
export function patchAnswer(level: number, gain: number, random: Random): Answer {
  const format_error = share(random) < 0.1;
  return { reward: format_error ? -1 : clip(0.6 * level + 0.2 * bell(random) + gain), format_error };
}

/** Tests that pass or not, as often as the task is easy. */
export function testedAnswer(level: number, gain: number, random: Random): Answer {
  return { reward: share(random) < level + gain ? 1 : 0, format_error: false };
}

function tasksOf(world: World, night: number, random: Random): Task[] {
  return Array.from({ length: world.tasks }, (_, at) => ({
    id: `octo-org__parser-${night * world.tasks + at + 1}`,
    level: share(random),
    gain: world.gain + world.unevenness * bell(random),
  }));
}

function answersOf(
  world: World,
  tasks: readonly Task[],
  model: EvaluationRow['model'],
  random: Random,
): EvaluationRow[] {
  return tasks.flatMap(({ id, level, gain }) =>
    Array.from({ length: world.samples }, (_, sample) => {
      const { reward, format_error } = world.answer(level, model === 'candidate' ? gain : 0, random, model);
      const rewards = { 'mendloop/1': reward, 'paper/1': reward };
      return { row_id: id, task_id: id, model, sample, rewards, format_error, hack: null };
    }),
  );
}

/** The rows of each night, one after the other. */
export function* nightsOf(world: World, seed: string): Generator<EvaluationRow[]> {
  const random = randomFrom(seed);
  let tasks = tasksOf(world, 0, random);
  let incumbent = answersOf(world, tasks, 'incumbent', random);
  for (let night = 1; ; night += 1) {
    yield [...answersOf(world, tasks, 'candidate', random), ...incumbent];
    if (world.sameTasks) continue;
    tasks = tasksOf(world, night, random);
    incumbent = answersOf(world, tasks, 'incumbent', random);
  }
}

/** The night (from 1) on which the gate promotes, which it never does before the bound is above 0; null where it does not within so many. */
export function nightOfPromotion(world: World, seed: string, nights: number): number | null {
  const history: EvaluationRow[][] = [];
  for (const rows of nightsOf(world, seed)) {
    // Most nights end here, and a hundred times sooner than by the whole gate.
    const open = improvementBound([...history, rows], 'mendloop/1', 1).lower > 0;
    if (open && decideGate({ rows, history, trainingFormula: 'mendloop/1', seed: 1 }).decision === 'promote')
      return history.length + 1;
    history.push(rows);
    if (history.length === nights) return null;
  }
  return null;
}

/** Share of the sequences that end in a promotion within a week. */
export function promotedShare(world: World, sequences: number, name: string): number {
  let promoted = 0;
  for (let at = 0; at < sequences; at += 1) {
    if (nightOfPromotion(world, `${name} ${at}`, 7) !== null) promoted += 1;
  }
  return promoted / sequences;
}
