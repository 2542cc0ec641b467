import type { JobContext, JobOutcome } from '../../jobs/job.ts';
import { advanceRound } from './advance.ts';
import type { RoundDeps } from './deps.ts';
import { advanceJob } from './requests/plan.ts';

/** While another process is at the same round. */
const busySeconds = 10;

/** Takes the round as far as it goes without waiting, and leaves the rest to a job of its own. */
export async function roundJob(
  deps: RoundDeps,
  round_id: string,
  context: JobContext,
): Promise<JobOutcome<'round.advance'>> {
  let step = await advanceRound(deps, round_id);
  while (step !== null && step.againSeconds === 0 && !context.signal.aborted) {
    step = await advanceRound(deps, round_id);
  }
  const wait = step === null ? busySeconds : step.againSeconds;
  if (wait !== null) {
    const next = advanceJob(round_id, context.jobId, Math.ceil(wait));
    await deps.db.transaction().execute((trx) => deps.queue.enqueue(trx, [next]));
  }
  return { outcome: step?.state ?? 'busy', detail: { round_id } };
}
