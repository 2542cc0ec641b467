import { sql, type Transaction } from 'kysely';
import type { Database } from '../../../db/tables.ts';
import { MendloopError } from '../../../domain/errors.ts';
import { hasRoundEnded } from '../../../domain/round.ts';
import type { JobQueue } from '../../../jobs/queue.ts';
import { advanceJob } from './plan.ts';

/**
 * Requests the end of a round in any state and enqueues the job that acts on the request. Returns false when the round has ended already, or was
 * asked before. Throws `not_found`.
 */
export async function requestCancel(
  trx: Transaction<Database>,
  queue: JobQueue,
  round_id: string,
): Promise<boolean> {
  const round = await trx
    .selectFrom('round')
    .select(['state', 'cancel_asked_at'])
    .where('round_id', '=', round_id)
    .forUpdate()
    .executeTakeFirst();
  if (!round) throw new MendloopError('not_found', `there is no round ${round_id}`);
  if (hasRoundEnded(round.state) || round.cancel_asked_at !== null) return false;
  const { asked } = await trx
    .updateTable('round')
    .set({ cancel_asked_at: sql`now()` })
    .where('round_id', '=', round_id)
    .returning(sql<string>`cancel_asked_at::text`.as('asked'))
    .executeTakeFirstOrThrow();
  await queue.enqueue(trx, [advanceJob(round_id, `cancel ${asked}`)]);
  return true;
}
