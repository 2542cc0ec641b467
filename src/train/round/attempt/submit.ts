import { sql } from 'kysely';
import type { Cluster, ClusterJob } from '../../../domain/cluster-job.ts';
import { isMendloopError, MendloopError } from '../../../domain/errors.ts';
import type { RoundState } from '../../../domain/round.ts';
import type { RoundCluster } from '../cluster/round-cluster.ts';
import { type Attempt, changeAttempt, currentAttempt } from '../state/attempts.ts';
import { type Move, moveRound, type Turn, turnTo } from '../state/move.ts';
import { type Round, specOf } from '../state/read-round.ts';
import { driverJob } from './driver-job.ts';
import type { AttemptDeps } from './look.ts';

function jobOf(round: Round, { attempt, job_key }: Attempt, cluster: RoundCluster): ClusterJob {
  if (round.spec_sha256 === null) throw new MendloopError('round_invalid', 'the round was not prepared');
  const { round_id, spec_sha256 } = round;
  const spec = specOf(round);
  return driverJob(cluster, { key: job_key, command: 'run', round_id, attempt, spec, spec_sha256 });
}

interface Refusal {
  readonly to: Extract<RoundState, 'failed' | 'cancelled'>;
  readonly reason: string;
  readonly message?: string;
}

/** Nothing runs: attempt and round end together. */
async function giveUp(deps: AttemptDeps, round: Round, attempt: Attempt, refusal: Refusal): Promise<Turn> {
  const { round_id } = round;
  await deps.db.transaction().execute(async (trx) => {
    const move: Move = { round_id, from: 'submitting', event: 'not_submitted', ...refusal };
    if (!(await moveRound(trx, move))) return;
    await changeAttempt(trx, attempt, { state: refusal.to, reason: refusal.reason, ended_at: sql`now()` });
  });
  return turnTo(refusal.to, null);
}

/** Never a second job for one key: what an earlier try may have submitted is looked up first. */
async function nativeIdOf(cluster: Cluster, job: ClusterJob, signal: AbortSignal): Promise<string> {
  const submitted = await cluster.find(job.key, signal);
  return (submitted ?? (await cluster.submit(job, signal))).nativeId;
}

async function noteSubmitted(
  deps: AttemptDeps,
  round: Round,
  attempt: Attempt,
  native_id: string,
): Promise<void> {
  const { round_id } = round;
  await deps.db.transaction().execute(async (trx) => {
    const move = { round_id, from: 'submitting', to: 'running', event: 'submitted' } as const;
    if (!(await moveRound(trx, move))) return;
    await changeAttempt(trx, attempt, { native_id, state: 'queued' });
  });
}

function refusalOf(round: Round, now: Date): Refusal | null {
  if (round.cancel_asked_at !== null) return { to: 'cancelled', reason: 'cancelled' };
  if (round.deadline === null || round.deadline > now) return null;
  return { to: 'failed', reason: 'deadline', message: 'Its time was over before it could be submitted.' };
}

/**
 * `submitting`: hands the newest attempt to the scheduler. Its key was stored before, so that whatever happens between the
 * two, the job is found again by it.
 */
export async function submit(deps: AttemptDeps, round: Round, signal: AbortSignal): Promise<Turn> {
  const now = deps.now();
  const attempt = await currentAttempt(deps.db, round.round_id);
  await using cluster = await deps.cluster(round);
  const refusal = refusalOf(round, now);
  if (refusal !== null && (await cluster.cluster.find(attempt.job_key, signal)) === null) {
    return giveUp(deps, round, attempt, refusal);
  }
  if (refusal === null && round.not_before !== null && round.not_before > now) {
    return turnTo('submitting', Math.min(60, (round.not_before.getTime() - now.getTime()) / 1000));
  }
  try {
    const native_id = await nativeIdOf(cluster.cluster, jobOf(round, attempt, cluster), signal);
    await noteSubmitted(deps, round, attempt, native_id);
    deps.log.info({ round_id: round.round_id, attempt: attempt.attempt, native_id }, 'round submitted');
    return turnTo('running');
  } catch (error) {
    if (!isMendloopError(error) || error.code !== 'cluster_refused') throw error;
    return giveUp(deps, round, attempt, { to: 'failed', reason: error.code, message: error.message });
  }
}
