import type { EvaluationRow } from './evaluation-row.ts';
import { mean, type Measure } from './measure.ts';

interface Answers {
  readonly task_id: string;
  readonly candidate: number[];
  readonly incumbent: number[];
}

function answersByRow(rows: readonly EvaluationRow[], measure: Measure): Map<string, Answers> {
  const byRow = new Map<string, Answers>();
  for (const row of rows) {
    const value = measure(row);
    if (value === null) continue;
    let answers = byRow.get(row.row_id);
    if (answers === undefined) {
      answers = { task_id: row.task_id, candidate: [], incumbent: [] };
      byRow.set(row.row_id, answers);
    }
    answers[row.model].push(value);
  }
  return byRow;
}

function meanByTask(values: Iterable<readonly [task_id: string, value: number]>): Map<string, number> {
  const byTask = new Map<string, number[]>();
  for (const [task_id, value] of values) {
    const own = byTask.get(task_id);
    if (own === undefined) byTask.set(task_id, [value]);
    else own.push(value);
  }
  return new Map([...byTask].map(([task_id, own]) => [task_id, mean(own) ?? 0]));
}

/**
 * Candidate minus incumbent, by task: of the mean answers to each row that both have a scored answer to, the mean over
 * the task's rows. Each task counts once, however many rows and samples it has.
 */
export function taskDifferences(rows: readonly EvaluationRow[], measure: Measure): Map<string, number> {
  const paired: [string, number][] = [];
  for (const { task_id, candidate, incumbent } of answersByRow(rows, measure).values()) {
    const ours = mean(candidate);
    const theirs = mean(incumbent);
    if (ours !== null && theirs !== null) paired.push([task_id, ours - theirs]);
  }
  return meanByTask(paired);
}

/**
 * The same over several nights: a task's mean over the nights that asked it. A task that comes again, and the incumbent's
 * answer that comes with it, is no new task: it only counts for less noise.
 */
export function pooledDifferences(nights: readonly (readonly EvaluationRow[])[], measure: Measure): number[] {
  return [...meanByTask(nights.flatMap((rows) => [...taskDifferences(rows, measure)])).values()];
}
