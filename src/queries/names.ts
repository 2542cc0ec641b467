import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/tables.ts';

/** Full names of repositories by id. */
export async function namesOf(
  db: Kysely<Database>,
  ids: readonly (number | null)[],
): Promise<ReadonlyMap<number, string>> {
  const rows = await db
    .selectFrom('repository')
    .select(['repository_id', 'full_name'])
    .where(sql<boolean>`repository_id = any(${ids}::bigint[])`)
    .execute();
  return new Map(rows.map((row) => [row.repository_id, row.full_name]));
}
