import type { Kysely } from 'kysely';
import type { Database } from '../../../db/tables.ts';
import { MendloopError } from '../../../domain/errors.ts';
import type { JobQueue } from '../../../jobs/queue.ts';
import type { OpenRoundCluster } from '../cluster/round-cluster.ts';
import { clearControl } from '../files/control-files.ts';
import { isForgotten } from '../files/round-folders.ts';
import { addAttempt, attemptsOf } from '../state/attempts.ts';
import { moveRound } from '../state/move.ts';
import { readRound } from '../state/read-round.ts';
import { advanceJob } from './plan.ts';

export interface ResumeDeps {
  readonly db: Kysely<Database>;
  readonly queue: JobQueue;
  readonly now: () => Date;
  readonly cluster: OpenRoundCluster;
}

/** Where a round that ended early can go on from. */
function assertResumable(round_id: string, state: string, wasPrepared: boolean): void {
  if (state !== 'failed' && state !== 'cancelled' && state !== 'lost') {
    throw new MendloopError(
      'round_invalid',
      `round ${round_id} is ${state}: only one that ended early goes on`,
    );
  }
  if (!wasPrepared)
    throw new MendloopError(
      'round_invalid',
      `round ${round_id} ended before its data was there; start another`,
    );
}

/**
 * Gives a round that failed, was cancelled or lost another attempt, which goes on from its last checkpoint where there is one.
 * Throws `not_found`, or `round_invalid` for a round that cannot go on.
 */
export async function resumeRound(deps: ResumeDeps, round_id: string): Promise<void> {
  const round = await readRound(deps.db, round_id);
  const attempts = await attemptsOf(deps.db, round_id);
  const last = attempts.at(-1);
  assertResumable(round_id, round.state, last !== undefined && round.spec !== null);
  if (await isForgotten(deps.db, round_id)) {
    throw new MendloopError('round_invalid', `the data of round ${round_id} was purged; start another`);
  }
  await using cluster = await deps.cluster(round);
  await clearControl(cluster.files, round_id);
  const deadline =
    round.deadline === null ? null : new Date(deps.now().getTime() + round.request.hours * 3_600_000);
  await deps.db.transaction().execute(async (trx) => {
    const move = { round_id, from: round.state, to: 'submitting', event: 'resumed' } as const;
    const moved = await moveRound(trx, move, { cancel_asked_at: null, not_before: null, deadline });
    if (!moved) throw new MendloopError('round_invalid', `round ${round_id} was changed at the same time`);
    const number = (last?.attempt ?? 0) + 1;
    await addAttempt(trx, round_id, number);
    await deps.queue.enqueue(trx, [advanceJob(round_id, `resumed a${number}`)]);
  });
}
