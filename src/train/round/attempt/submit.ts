import { sql } from 'kysely';
import type { ClusterJob } from '../../../domain/cluster-job.ts';
import { isMendloopError, MendloopError } from '../../../domain/errors.ts';
import type { RoundState } from '../../../domain/round.ts';
import { roundSpec } from '../../../round-contract/round-spec.ts';
import type { RoundCluster, RoundDeps } from '../deps.ts';
import { type Attempt, currentAttempt } from '../state/attempts.ts';
import { type Move, moveRound } from '../state/move.ts';
import type { Round } from '../state/read-round.ts';
import { type Step, stepTo } from '../state/step.ts';
import { driverJob } from './driver-job.ts';

function jobOf(round: Round, { attempt, job_key }: Attempt, cluster: RoundCluster): ClusterJob {
  if (round.spec_sha256 === null) throw new MendloopError('round_invalid', 'the round was not prepared');
  const { round_id, spec_sha256 } = round;
  const spec = roundSpec.parse(round.spec);
  return driverJob(cluster, { key: job_key, command: 'run', round_id, attempt, spec, spec_sha256 });
}

interface Refusal {
  readonly to: Extract<RoundState, 'failed' | 'cancelled'>;
  readonly reason: string;
  readonly message?: string;
}

/** Nothing runs: attempt and round end together. */
async function giveUp(deps: RoundDeps, round: Round, attempt: Attempt, refusal: Refusal): Promise<Step> {
  const { round_id } = round;
  await deps.db.transaction().execute(async (trx) => {
    const move: Move = { round_id, from: 'submitting', event: 'not_submitted', ...refusal };
    if (!(await moveRound(trx, move))) return;
    await trx
      .updateTable('round_attempt')
      .set({ state: refusal.to, reason: refusal.reason, ended_at: sql`now()` })
      .where('round_id', '=', round_id)
      .where('attempt', '=', attempt.attempt)
      .execute();
  });
  return stepTo(refusal.to, null);
}

/** Never a second job for one key: what an earlier try may have submitted is looked up first. */
async function nativeIdOf(cluster: RoundCluster, job: ClusterJob): Promise<string> {
  const found = await cluster.cluster.find(job.key);
  return (found ?? (await cluster.cluster.submit(job))).nativeId;
}

async function noteSubmitted(
  deps: RoundDeps,
  round: Round,
  attempt: Attempt,
  native_id: string,
): Promise<void> {
  const { round_id } = round;
  await deps.db.transaction().execute(async (trx) => {
    const move = { round_id, from: 'submitting', to: 'running', event: 'submitted' } as const;
    if (!(await moveRound(trx, move))) return;
    await trx
      .updateTable('round_attempt')
      .set({ native_id, state: 'queued' })
      .where('round_id', '=', round_id)
      .where('attempt', '=', attempt.attempt)
      .execute();
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
export async function submit(deps: RoundDeps, round: Round): Promise<Step> {
  const now = deps.now();
  const attempt = await currentAttempt(deps.db, round.round_id);
  await using cluster = await deps.cluster(round);
  const refusal = refusalOf(round, now);
  if (refusal !== null && (await cluster.cluster.find(attempt.job_key)) === null) {
    return giveUp(deps, round, attempt, refusal);
  }
  if (refusal === null && round.not_before !== null && round.not_before > now) {
    return stepTo('submitting', Math.min(60, (round.not_before.getTime() - now.getTime()) / 1000));
  }
  try {
    const native_id = await nativeIdOf(cluster, jobOf(round, attempt, cluster));
    await noteSubmitted(deps, round, attempt, native_id);
    deps.log.info({ round_id: round.round_id, attempt: attempt.attempt, native_id }, 'round submitted');
    return stepTo('running');
  } catch (error) {
    if (!isMendloopError(error) || error.code !== 'cluster_refused') throw error;
    return giveUp(deps, round, attempt, { to: 'failed', reason: error.code, message: error.message });
  }
}
