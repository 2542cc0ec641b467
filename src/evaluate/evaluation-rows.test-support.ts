import { type EvaluationRow, taskOfRow } from './evaluation-row.ts';

export function row(changed: Partial<EvaluationRow> = {}): EvaluationRow {
  const { row_id = 'octo-org__parser-1' } = changed;
  return {
    row_id,
    task_id: taskOfRow(row_id),
    model: 'candidate',
    sample: 0,
    rewards: { 'mendloop/1': 0, 'paper/1': 0 },
    format_error: false,
    hack: null,
    ...changed,
  };
}

export type Answer = Omit<Partial<EvaluationRow>, 'row_id' | 'task_id' | 'model' | 'sample'>;

/** Two answers of both models to each of so many tasks; what the candidate's are is asked for each task. */
export function night(tasks: number, candidate: (task: number, sample: number) => Answer): EvaluationRow[] {
  return Array.from({ length: tasks }, (_, task) =>
    [0, 1].flatMap((sample) => {
      const place = { row_id: `octo-org__parser-${task + 1}`, sample };
      return [
        row({ ...place, model: 'incumbent' }),
        row({ ...place, ...candidate(task, sample), model: 'candidate' }),
      ];
    }),
  ).flat();
}

/** Both formulas alike. */
export function rewarded(reward: number | null): Answer {
  return { rewards: { 'mendloop/1': reward, 'paper/1': reward } };
}
