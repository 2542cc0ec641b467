import { rm } from 'node:fs/promises';
import path from 'node:path';
import { sql } from 'kysely';
import type { AttemptState } from '../../../domain/round.ts';
import { readResult } from '../files/attempt-files.ts';
import { roundFolder } from '../files/round-folder.ts';
import { addAttempt, attemptsOf } from '../state/attempts.ts';
import { type Move, moveRound } from '../state/move.ts';
import { type Step, stepTo } from '../state/step.ts';
import { afterAttempt, type NextStep, reasonOf } from './after-attempt.ts';
import type { AttemptEnd } from './decide.ts';
import type { Look } from './look.ts';

const attemptStates = {
  finalise: 'succeeded',
  cancelled: 'cancelled',
  failed: 'failed',
  retry: 'failed',
  lost: 'lost',
} as const satisfies Record<NextStep['next'], AttemptState>;

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

/** The end of the attempt, the round's move, and the key of the next attempt where there is one. */
async function conclude(look: Look, end: AttemptEnd, reason: string, next: NextStep): Promise<boolean> {
  const { deps, attempt, folder } = look;
  const { round_id } = attempt;
  const message = (await readResult(folder))?.message ?? null;
  return deps.db.transaction().execute(async (trx) => {
    const not_before =
      next.next === 'retry' ? new Date(deps.now().getTime() + next.afterSeconds * 1000) : null;
    if (!(await moveRound(trx, moveFor(round_id, next, message), { not_before }))) return false;
    await trx
      .updateTable('round_attempt')
      .set({ state: attemptStates[next.next], exit_code: end.exit_code, reason, ended_at: sql`now()` })
      .where('round_id', '=', round_id)
      .where('attempt', '=', attempt.attempt)
      .execute();
    if (next.next !== 'retry') return true;
    await addAttempt(trx, round_id, attempt.attempt + 1);
    return true;
  });
}

/** Acts on the end of an attempt by the table of exit codes. */
export async function endAttempt(look: Look, end: AttemptEnd): Promise<Step> {
  const { deps, round, attempt, cluster } = look;
  const stalled = attempt.reason === 'stalled';
  const before = (await attemptsOf(deps.db, round.round_id)).filter((one) => one.attempt < attempt.attempt);
  const next = afterAttempt(end, {
    cancelAsked: round.cancel_asked_at !== null,
    pastDeadline: round.deadline !== null && round.deadline <= deps.now(),
    stalled,
    earlier: before.map((one) => one.reason),
  });
  if (next.next === 'retry' && next.anew) {
    await rm(path.join(roundFolder(cluster, round.round_id), 'work', 'RESUME_KEY'), { force: true });
  }
  await conclude(look, end, reasonOf(end, { stalled }), next);
  const { round_id } = round;
  deps.log.info(
    { round_id, attempt: attempt.attempt, exit_code: end.exit_code, next: next.next },
    'attempt ended',
  );
  deps.liveness.forget(round_id);
  if (next.next === 'finalise') return stepTo('finalising');
  return next.next === 'retry' ? stepTo('submitting') : stepTo(next.next, null);
}
