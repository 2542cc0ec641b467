import type { Transaction } from 'kysely';
import type { Database } from '../db/tables.ts';
import { recordTransitions } from '../db/transitions.ts';
import { type ConsentScope, type ConsentSource, permits } from '../domain/consent.ts';
import { MendloopError } from '../domain/errors.ts';
import type { JobQueue } from '../jobs/queue.ts';

export interface ConsentChange {
  readonly repository_id: number;
  readonly to: ConsentScope;
  readonly source: ConsentSource;
  readonly reason: string;
}

/**
 * Changes a repository's consent in the ledger. A change to `none` enqueues the purge of all that was collected, and one
 * below `train` that of what was trained on it;
 * text that arrives from then on is not stored. Returns the scope before.
 */
export async function changeConsent(
  trx: Transaction<Database>,
  queue: JobQueue,
  change: ConsentChange,
): Promise<ConsentScope> {
  const { repository_id, to, source, reason } = change;
  const row = await trx
    .selectFrom('repository')
    .select(['consent'])
    .where('repository_id', '=', repository_id)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw new MendloopError('not_found', `repository ${repository_id} is not known`);
  if (row.consent === to) return row.consent;
  await trx
    .updateTable('repository')
    .set({ consent: to, updated_at: new Date() })
    .where('repository_id', '=', repository_id)
    .execute();
  const event = await trx
    .insertInto('consent_event')
    .values({ repository_id, from_scope: row.consent, to_scope: to, source, reason })
    .returning('consent_event_id')
    .executeTakeFirstOrThrow();
  await recordTransitions(trx, [
    {
      entity: 'repository',
      entity_id: String(repository_id),
      from_status: row.consent,
      to_status: to,
      event: 'consent',
      reason: source,
    },
  ]);
  // What was allowed is not any more: purging looks the consent up and takes away what goes beyond it.
  if (!permits(to, 'collect') || (permits(row.consent, 'train') && !permits(to, 'train'))) {
    const cause = `consent-${event.consent_event_id}`;
    await queue.enqueue(trx, [{ kind: 'repository.purge', payload: { repository_id, cause }, cause }]);
  }
  return row.consent;
}
