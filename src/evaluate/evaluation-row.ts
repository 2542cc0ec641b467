import { z } from 'zod';

/** The task of a row: `instance_id` for whole files, `instance_id#N` for one hunk. */
export function taskOfRow(row_id: string): string {
  const mark = row_id.indexOf('#');
  return mark === -1 ? row_id : row_id.slice(0, mark);
}

/** One line of an attempt's `evaluation.jsonl`; its `text` is neither read nor kept here. */
export const evaluationRow = z
  .object({
    row_id: z.string().min(1),
    task_id: z.string().min(1),
    model: z.enum(['candidate', 'incumbent']),
    sample: z.int().nonnegative(),
    /** By formula; null where the answer could not be scored. `resolved` (0 or 1) stands here too, where tests ran. */
    rewards: z.record(z.string().min(1), z.number().min(-1).max(1).nullable()),
    format_error: z.boolean(),
    /** Hack class, see docs/glossary.md. */
    hack: z.string().nullable(),
  })
  .refine((row) => row.task_id === taskOfRow(row.row_id), { path: ['task_id'] });
export type EvaluationRow = Readonly<z.infer<typeof evaluationRow>>;
