import type { Kysely } from 'kysely';
import type { Database } from '../db/tables.ts';
import type { JobOutcome } from '../jobs/job.ts';

const dayMs = 86_400_000;

/** Deletes the texts of deliveries older than `days`. Ids, event, action and time stay. Index used: delivery_kept. */
export async function expirePayloads(
  db: Kysely<Database>,
  now: Date,
  days: number,
): Promise<JobOutcome<'payloads.expire'>> {
  const result = await db
    .updateTable('delivery')
    .set({ payload: null, payload_state: 'emptied' })
    .where('payload_state', '=', 'kept')
    .where('received_at', '<', new Date(now.getTime() - days * dayMs))
    .executeTakeFirst();
  return { outcome: 'expired', detail: { deliveries: Number(result.numUpdatedRows) } };
}
