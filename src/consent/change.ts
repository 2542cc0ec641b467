import type { Transaction } from 'kysely';
import { lockStatus, moveStatus } from '../db/status.ts';
import type { Database } from '../db/tables.ts';
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
 * Changes a repository's consent and records the change in the ledger. A change to `none` enqueues the purge of
 * everything that was collected, a change below `train` the purge of what was trained on it. Text that arrives after a
 * change to `none` is not stored. Returns the scope before. Throws `not_found`.
 */
export async function changeConsent(
  trx: Transaction<Database>,
  queue: JobQueue,
  change: ConsentChange,
): Promise<ConsentScope> {
  const { repository_id, to, source, reason } = change;
  const from = await lockStatus(trx, 'consent', repository_id);
  if (from === null) throw new MendloopError('not_found', `repository ${repository_id} is not known`);
  if (from === to) return from;
  const move = { id: repository_id, from, to, event: 'consent', reason: source };
  await moveStatus(trx, 'consent', move, { updated_at: new Date() });
  const event = await trx
    .insertInto('consent_event')
    .values({ repository_id, from_scope: from, to_scope: to, source, reason })
    .returning('consent_event_id')
    .executeTakeFirstOrThrow();
  // The purge reads the consent when it runs, and removes what goes beyond it.
  if (!permits(to, 'collect') || (permits(from, 'train') && !permits(to, 'train'))) {
    const cause = `consent-${event.consent_event_id}`;
    await queue.enqueue(trx, [{ kind: 'repository.purge', payload: { repository_id, cause }, cause }]);
  }
  return from;
}
