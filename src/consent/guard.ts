import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../db/tables.ts';
import { type ConsentScope, permits } from '../domain/consent.ts';

/** A repository that may be collected from, as the database knows it. */
export interface CollectableRepository {
  readonly repository_id: number;
  readonly installation_id: number;
  readonly full_name: string;
  readonly private: boolean;
  readonly consent: ConsentScope;
}

/** The repository when it is installed, active and consents to collecting, else null. */
export async function collectableRepository(
  db: Kysely<Database>,
  repository_id: number,
): Promise<CollectableRepository | null> {
  const row = await db
    .selectFrom('repository as r')
    .innerJoin('installation as i', 'i.installation_id', 'r.installation_id')
    .select(['r.repository_id', 'r.installation_id', 'r.full_name', 'r.private', 'r.consent'])
    .where('r.repository_id', '=', repository_id)
    .where('r.status', '=', 'active')
    .where('i.status', '=', 'active')
    .executeTakeFirst();
  return row && permits(row.consent, 'collect') ? row : null;
}

/** What a repository allows now; `none` where it is removed or unknown. */
export async function consentOf(db: Kysely<Database>, repository_id: number): Promise<ConsentScope> {
  return lockedConsent(db, repository_id, 'update');
}

async function lockedConsent(
  db: Kysely<Database>,
  repository_id: number,
  lock: 'share' | 'update',
): Promise<ConsentScope> {
  const query = db
    .selectFrom('repository')
    .select(['consent', 'status'])
    .where('repository_id', '=', repository_id);
  const row = await (lock === 'share' ? query.forShare() : query.forUpdate()).executeTakeFirst();
  return row?.status === 'active' ? row.consent : 'none';
}

/**
 * Runs `write` in a transaction when the repository consents to collecting; returns null when it does not. The lock on
 * the repository orders writing and revoking: a revocation either commits first, and nothing is written, or commits
 * afterwards, and its purge finds what was written.
 */
export function whileConsenting<T>(
  db: Kysely<Database>,
  repository_id: number,
  write: (trx: Transaction<Database>) => Promise<T>,
): Promise<T | null> {
  return db
    .transaction()
    .execute(async (trx) =>
      permits(await lockedConsent(trx, repository_id, 'share'), 'collect') ? write(trx) : null,
    );
}

/**
 * Runs `remove` in a transaction when the repository does not allow `needed`; returns null when it does. The lock on
 * `delivery` waits for deliveries that are being written, whose writers have read the consent already, and holds back
 * new ones until the transaction ends. It is taken before any other lock, because routing locks deliveries before
 * repositories.
 */
export function whileForbidden<T>(
  db: Kysely<Database>,
  repository_id: number,
  needed: ConsentScope,
  remove: (trx: Transaction<Database>) => Promise<T>,
): Promise<T | null> {
  return db.transaction().execute(async (trx) => {
    await sql`lock table delivery in exclusive mode`.execute(trx);
    const allowed = await lockedConsent(trx, repository_id, 'update');
    return permits(allowed, needed) ? null : remove(trx);
  });
}
