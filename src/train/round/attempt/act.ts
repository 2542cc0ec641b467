import { sql } from 'kysely';
import type { AttemptState } from '../../../domain/round.ts';
import { readEvents, readResult } from '../files/attempt-files.ts';
import { writeControl } from '../files/control-files.ts';
import { resumeKeyFile } from '../files/round-folders.ts';
import { addAttempt, attemptsOf, changeAttempt, currentAttempt } from '../state/attempts.ts';
import { type Move, moveRound, type Turn, turnTo } from '../state/move.ts';
import { type Round, specOf } from '../state/read-round.ts';
import { afterAttempt, type AttemptEnd, judgeAttempt, type NextStep, reasonOf } from './decide.ts';
import { type AttemptDeps, lookAt, unlessUnreachable, type WatchedAttempt } from './look.ts';
import { storeProgress } from './store-progress.ts';

/**
 * `running`: stores what the driver reports, hands on requests to stop, and acts on the end of the attempt. A new attempt begins
 * only after the end of this one, or after a stop was requested of a job that the scheduler has lost.
 */
export async function watch(deps: AttemptDeps, round: Round, signal: AbortSignal): Promise<Turn> {
  const attempt = await currentAttempt(deps.db, round.round_id);
  await using cluster = await deps.cluster(round);
  const watched: WatchedAttempt = { deps, round, attempt, cluster, signal };
  const seen = await lookAt(watched);
  const events = await readEvents(cluster.files, round.round_id, attempt.attempt);
  await storeProgress(deps.db, round, attempt, events);
  const judgement = judgeAttempt(seen);
  switch (judgement.kind) {
    case 'ended':
      return endAttempt(watched, judgement);
    case 'lost':
      await requestStop(watched);
      return endAttempt(watched, { exit_code: null, reason: 'lost' });
    case 'stalled':
      await changeAttempt(deps.db, attempt, { reason: 'stalled' });
      await stop(watched);
      return turnTo('running', deps.watchSeconds);
    case 'at_work':
      if (seen.native?.state === 'running' && attempt.state === 'queued')
        await changeAttempt(deps.db, attempt, { state: 'running' });
      await handRequestsOn(watched);
      return turnTo('running', deps.watchSeconds);
    default:
      return judgement satisfies never;
  }
}

/** The control file reaches a driver whose scheduler cannot be reached. A stop that has begun goes on, whatever began it. */
async function handRequestsOn(watched: WatchedAttempt): Promise<void> {
  const { deps, round, attempt, cluster } = watched;
  const { round_id } = round;
  if (round.cancel_asked_at !== null) {
    await writeControl(cluster.files, round_id, 'cancel', round.cancel_asked_at);
  } else if (round.deadline !== null && round.deadline <= deps.now()) {
    await writeControl(cluster.files, round_id, 'stop_after_step', round.deadline);
  }
  if (round.cancel_asked_at !== null || attempt.stop_requested_at !== null) await stop(watched);
}

/** Requests a stop once, and kills the job when the grace is over. The grace begins with the request, also for another worker. */
async function stop(watched: WatchedAttempt): Promise<void> {
  const { deps, round, attempt } = watched;
  const { stop_requested_at } = attempt;
  if (stop_requested_at === null) return requestStop(watched);
  const graceMs = specOf(round).limits.grace_s * 1000;
  if (deps.now().getTime() - stop_requested_at.getTime() >= graceMs) await kill(watched);
}

/** The time is stored after the request: a crash between the two repeats the request, and no job is killed without one. */
async function requestStop({ deps, attempt, cluster, signal }: WatchedAttempt): Promise<void> {
  const { native_id } = attempt;
  if (native_id === null) return;
  await unlessUnreachable(deps.log, attempt, async () => {
    await cluster.cluster.requestStop(native_id, signal);
    await changeAttempt(deps.db, attempt, { stop_requested_at: deps.now() });
  });
}

async function kill({ deps, attempt, cluster, signal }: WatchedAttempt): Promise<void> {
  const { native_id, round_id } = attempt;
  if (native_id === null) return;
  await unlessUnreachable(deps.log, attempt, () => cluster.cluster.kill(native_id, signal));
  deps.log.warn({ round_id, attempt: attempt.attempt }, 'attempt killed after its grace');
}

/** Acts on the end of an attempt by the table of exit codes. */
async function endAttempt(watched: WatchedAttempt, end: AttemptEnd): Promise<Turn> {
  const { deps, round, attempt, cluster } = watched;
  const stalled = attempt.reason === 'stalled';
  const before = (await attemptsOf(deps.db, round.round_id)).filter((one) => one.attempt < attempt.attempt);
  const next = afterAttempt(end, {
    cancelAsked: round.cancel_asked_at !== null,
    pastDeadline: round.deadline !== null && round.deadline <= deps.now(),
    stalled,
    earlier: before.map((one) => one.reason),
  });
  if (next.next === 'retry' && next.anew) {
    await cluster.files.remove(resumeKeyFile(round.round_id));
  }
  await conclude(watched, end, reasonOf(end, { stalled }), next);
  const { round_id } = round;
  deps.log.info(
    { round_id, attempt: attempt.attempt, exit_code: end.exit_code, next: next.next },
    'attempt ended',
  );
  deps.liveness.forget(round_id);
  if (next.next === 'finalise') return turnTo('finalising');
  return next.next === 'retry' ? turnTo('submitting') : turnTo(next.next, null);
}

const attemptStates = {
  finalise: 'succeeded',
  cancelled: 'cancelled',
  failed: 'failed',
  retry: 'failed',
  lost: 'lost',
} as const satisfies Record<NextStep['next'], AttemptState>;

/** Writes the end of the attempt, the round's move and the key of a next attempt in one transaction. */
async function conclude(
  { deps, attempt, cluster }: WatchedAttempt,
  { exit_code }: AttemptEnd,
  reason: string,
  next: NextStep,
): Promise<void> {
  const { round_id } = attempt;
  const message = (await readResult(cluster.files, round_id, attempt.attempt))?.message ?? null;
  const afterMs = next.next === 'retry' ? next.afterSeconds * 1000 : null;
  const not_before = afterMs === null ? null : new Date(deps.now().getTime() + afterMs);
  await deps.db.transaction().execute(async (trx) => {
    if (!(await moveRound(trx, moveFor(round_id, next, message), { not_before }))) return;
    const state = attemptStates[next.next];
    await changeAttempt(trx, attempt, { state, exit_code, reason, ended_at: sql`now()` });
    if (next.next === 'retry') await addAttempt(trx, round_id, attempt.attempt + 1);
  });
}

function moveFor(round_id: string, next: NextStep, message: string | null): Move {
  const from = 'running';
  switch (next.next) {
    case 'finalise':
      return { round_id, from, to: 'finalising', event: 'trained' };
    case 'cancelled':
      return { round_id, from, to: 'cancelled', event: 'ended', reason: 'cancelled' };
    case 'retry':
      return { round_id, from, to: 'submitting', event: 'retried', reason: next.reason, message };
    case 'failed':
    case 'lost':
      return { round_id, from, to: next.next, event: 'ended', reason: next.reason, message };
    default:
      return next satisfies never;
  }
}
