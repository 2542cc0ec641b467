import type { JobContext, JobPayload } from '../../src/jobs/job.ts';
import type { Handlers } from '../../src/jobs/worker.ts';
import { jobKinds } from '../../src/main/wiring/stages.ts';

type Work = (payload: JobPayload, context: JobContext) => Promise<{ readonly outcome: string }>;

/** Handlers that do the same for every kind of job, whatever outcomes its stage declares. */
export function everyKind(work: Work): Handlers {
  return Object.fromEntries(Object.keys(jobKinds).map((kind) => [kind, work])) as Record<
    string,
    unknown
  > as Handlers;
}
