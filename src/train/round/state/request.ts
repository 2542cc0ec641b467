import { z } from 'zod';
import { rowForms } from '../../snapshot/tasks.ts';

const lineage = z.object({
  /** The checkpoint whose weights the round goes on from; null: it begins with a base model. */
  parent_id: z.string().nullable(),
  /** What `stable` meant when the round was put together, and what a candidate is measured against; null: the base model. */
  incumbent_id: z.string().nullable(),
});

/** The column `round.request`: the options of a round beside its columns, and the checkpoints that it began from. */
export const roundRequest = z.object({
  steps: z.int().positive().nullable().default(null),
  /** Null: what suits the cluster's profile. */
  rows: z.enum(rowForms).nullable().default(null),
  /** Folder of the model to begin with; null: the stable checkpoint, or the configured base model. */
  model: z.string().nullable().default(null),
  /** Engine keys, merged last; data, reward and output paths are refused by the engine. */
  overrides: z.record(z.string(), z.unknown()).nullable().default(null),
  /** How long it may train. */
  hours: z.number().positive().default(8),
  lineage: lineage.optional(),
});
export type RoundRequest = z.infer<typeof roundRequest>;
