import { type Kysely, sql } from 'kysely';
import type { Database } from '../../../db/tables.ts';
import { endedStates } from '../../../domain/round.ts';
import type { JobQueue } from '../../../jobs/queue.ts';
import { advanceJob } from './plan.ts';

/** A round that is looked after changes every few seconds, or waits a minute at most. */
const quietMinutes = 5;

/**
 * Enqueues a new job for every round that has not changed for minutes: its job may have failed for the last time. `slot`
 * names the occasion, so that all workers together add one. Returns the rounds.
 */
export async function reviveRounds(db: Kysely<Database>, queue: JobQueue, slot: string): Promise<string[]> {
  return db.transaction().execute(async (trx) => {
    const quiet = await trx
      .selectFrom('round')
      .select('round_id')
      .where('state', 'not in', endedStates)
      .where('updated_at', '<', sql<Date>`now() - make_interval(mins => ${quietMinutes})`)
      .orderBy('round_id')
      .execute();
    const ids = quiet.map(({ round_id }) => round_id);
    await queue.enqueue(
      trx,
      ids.map((round_id) => advanceJob(round_id, `revived ${slot}`)),
    );
    return ids;
  });
}
