import type { RoundState } from '../../domain/round.ts';
import type { JobContext, JobOutcome } from '../../jobs/job.ts';
import { pause } from '../../time/poll-until.ts';
import { advanceRound } from './advance.ts';
import type { RoundDeps } from './deps.ts';
import { advanceJob } from './requests/plan.ts';
import { readRound } from './state/read-round.ts';

/** Seconds until the next turn while another process is at work on the round. */
const busySeconds = { job: 10, process: 1 };

/** The job `round.advance`: takes the round as far as possible without waiting, and enqueues the next turn. */
export async function roundJob(
  deps: RoundDeps,
  round_id: string,
  context: JobContext,
): Promise<JobOutcome<'round.advance'>> {
  const { signal, jobId } = context;
  let turn = await advanceRound(deps, round_id, signal);
  while (turn !== null && turn.againSeconds === 0 && !signal.aborted) {
    turn = await advanceRound(deps, round_id, signal);
  }
  const wait = turn === null ? busySeconds.job : turn.againSeconds;
  if (wait !== null) {
    const next = advanceJob(round_id, jobId, Math.ceil(wait));
    await deps.db.transaction().execute((trx) => deps.queue.enqueue(trx, [next]));
  }
  return { outcome: turn?.state ?? 'busy', detail: { round_id } };
}

/**
 * Drives a round in this process until it has ended, beside any worker that does the same. An abort ends the driving and nothing
 * else: the round goes on where a worker runs, or with the next call.
 */
export async function driveRound(
  deps: RoundDeps,
  round_id: string,
  signal: AbortSignal,
  onTurn: () => Promise<void> = async () => undefined,
): Promise<RoundState> {
  for (;;) {
    const turn = await advanceRound(deps, round_id, signal);
    await onTurn();
    if (turn?.againSeconds === null || signal.aborted) break;
    const seconds = Math.min(turn?.againSeconds ?? busySeconds.process, deps.watchSeconds);
    await pause(seconds * 1000, signal);
  }
  return (await readRound(deps.db, round_id)).state;
}
