import type { Kysely } from 'kysely';
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
