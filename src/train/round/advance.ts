import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../../db/tables.ts';
import { isMendloopError } from '../../domain/errors.ts';
import type { RoundState } from '../../domain/round.ts';
import { watch } from './attempt/act.ts';
import { submit } from './attempt/submit.ts';
import type { RoundDeps } from './deps.ts';
import { isForgotten, removeRoundFolder } from './files/round-folders.ts';
import { decidePromotion } from './finish/decide-promotion.ts';
import { finalise } from './finish/finalise.ts';
import { prepare } from './prepare/prepare.ts';
import { moveRound, type Turn, turnTo } from './state/move.ts';
import { readRound, type Round } from './state/read-round.ts';

/** Seconds until the next try after an error that may pass. */
const retrySeconds = 30;
const deadlineMessage = 'Its time was over before it began.';

/**
 * Takes the advisory lock of a round and runs `use`. Returns null when another process holds the lock: compare-and-set keeps two
 * drivers correct, but each would do all the work. The lock holds a connection of the pool, so `use` may not wait for long.
 */
async function withRoundLock(
  db: Kysely<Database>,
  round_id: string,
  use: () => Promise<Turn>,
): Promise<Turn | null> {
  return db.connection().execute(async (connection) => {
    const key = sql`hashtextextended(${`round ${round_id}`}, 0)`;
    const { rows } = await sql<{ free: boolean }>`select pg_try_advisory_lock(${key}) as free`.execute(
      connection,
    );
    if (rows[0]?.free !== true) return null;
    try {
      return await use();
    } finally {
      await sql`select pg_advisory_unlock(${key})`.execute(connection);
    }
  });
}

/** Ends the attempts whose end cannot be found out any more. */
async function loseAttempts(trx: Transaction<Database>, round_id: string, reason: string): Promise<void> {
  await trx
    .updateTable('round_attempt')
    .set({ state: 'lost', reason, ended_at: sql`now()` })
    .where('round_id', '=', round_id)
    .where('ended_at', 'is', null)
    .execute();
}

type End = Extract<RoundState, 'failed' | 'cancelled' | 'lost'>;

async function end(deps: RoundDeps, round: Round, to: End, reason: string, message?: string): Promise<Turn> {
  const { round_id, state: from } = round;
  await deps.db.transaction().execute(async (trx) => {
    const move = { round_id, from, to, event: 'ended', reason, message: message ?? null };
    if ((await moveRound(trx, move)) && to === 'lost') await loseAttempts(trx, round_id, reason);
  });
  deps.log.info({ round_id, from, to, reason }, 'round ended');
  return turnTo(to, null);
}

async function begin(deps: RoundDeps, { round_id }: Round): Promise<Turn> {
  const move = { round_id, from: 'planned', to: 'snapshotting', event: 'started' } as const;
  await deps.db.transaction().execute((trx) => moveRound(trx, move));
  return turnTo('snapshotting');
}

/** Returns the end of a round of which nothing runs on a cluster: it can end at once. */
function earlyEnd({ state, cancel_asked_at, deadline }: Round, now: Date): 'cancelled' | 'deadline' | null {
  const idle =
    state === 'planned' || state === 'snapshotting' || state === 'finalising' || state === 'evaluating';
  if (idle && cancel_asked_at !== null) return 'cancelled';
  const waits = state === 'planned' || state === 'snapshotting';
  return waits && deadline !== null && deadline <= now ? 'deadline' : null;
}

async function act(deps: RoundDeps, round: Round, signal: AbortSignal): Promise<Turn> {
  const early = earlyEnd(round, deps.now());
  if (early === 'cancelled') return end(deps, round, 'cancelled', early);
  if (early === 'deadline') return end(deps, round, 'failed', early, deadlineMessage);
  switch (round.state) {
    case 'planned':
      return begin(deps, round);
    case 'snapshotting':
      return prepare(deps, round);
    case 'submitting':
      return submit(deps, round, signal);
    case 'running':
      return watch(deps, round, signal);
    case 'finalising':
      return finalise(deps, round);
    case 'evaluating':
      return decidePromotion(deps, round);
    case 'promoted':
    case 'discarded':
    case 'failed':
    case 'cancelled':
    case 'lost':
      return turnTo(round.state, null);
    default:
      return round.state satisfies never;
  }
}

/** States in which a permanent error fails the round. A round whose job may run never fails by an error of Mendloop itself. */
const failable: ReadonlySet<RoundState> = new Set(['planned', 'snapshotting', 'finalising', 'evaluating']);

async function actOrFail(deps: RoundDeps, round: Round, signal: AbortSignal): Promise<Turn> {
  try {
    return await act(deps, round, signal);
  } catch (error) {
    if (!isMendloopError(error)) throw error;
    if (error.retry === 'never' && failable.has(round.state)) {
      return end(deps, round, 'failed', error.code, error.message);
    }
    // The cluster is not configured any more: the person who cancelled the round knows that a job may go on.
    if (error.retry === 'never' && round.cancel_asked_at !== null) {
      return end(deps, round, 'lost', error.code, error.message);
    }
    deps.log.warn({ round_id: round.round_id, state: round.state, code: error.code }, 'round not advanced');
    return turnTo(round.state, error.retryAfterSeconds ?? retrySeconds);
  }
}

/**
 * The purge of a round's data came while its driver was at work, which may have written since: what it left goes when it has
 * ended. A cluster that is not configured any more has no folder that could be reached.
 */
async function forgetData(deps: RoundDeps, round: Round): Promise<void> {
  if (!(await isForgotten(deps.db, round.round_id))) return;
  try {
    await using cluster = await deps.cluster(round);
    await removeRoundFolder(cluster.files, round.round_id);
  } catch (error) {
    if (!isMendloopError(error)) throw error;
    deps.log.warn({ round_id: round.round_id, code: error.code }, 'round directory not removed');
  }
}

async function turn(deps: RoundDeps, round_id: string, signal: AbortSignal): Promise<Turn> {
  const round = await readRound(deps.db, round_id);
  const done = await actOrFail(deps, round, signal);
  if (done.againSeconds === null) await forgetData(deps, round);
  return done;
}

/**
 * Takes a round one turn further, from whatever state it is in: a process that ends between any two statements leaves a state
 * from which the next call goes on. Returns null when another process is at work on the round, and when the signal was aborted
 * during the turn. Throws `not_found`.
 */
export async function advanceRound(
  deps: RoundDeps,
  round_id: string,
  signal: AbortSignal,
): Promise<Turn | null> {
  try {
    return await withRoundLock(deps.db, round_id, () => turn(deps, round_id, signal));
  } catch (error) {
    if (signal.aborted && error === signal.reason) return null;
    throw error;
  }
}
