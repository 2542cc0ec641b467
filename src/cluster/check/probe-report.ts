import { z } from 'zod';

/** What `python -m mendloop_trainer.probe` finds on a machine of the cluster. */
export const probeReport = z.object({
  schema: z.literal('mendloop.probe/1'),
  nonce: z.string(),
  contract: z.string(),
  host: z.string(),
  python: z.string(),
  packages: z.record(z.string(), z.string()),
  cpus: z.int(),
  memory_bytes: z.number(),
  free_bytes: z.number(),
  gpus: z.array(z.object({ name: z.string(), memory_mib: z.number() })),
  node: z.object({ path: z.string(), version: z.string() }).nullable(),
  /** `ready`, or why the reward server does not start. */
  reward_server: z.string(),
});
export type ProbeReport = z.infer<typeof probeReport>;
