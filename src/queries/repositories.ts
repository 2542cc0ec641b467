import type { Kysely } from 'kysely';
import type { Database } from '../db/tables.ts';
import { type Scope, within } from './scope.ts';

const maxNames = 500;

/** Full names for a filter, in alphabetical order. */
export async function repositoryNames(db: Kysely<Database>, scope: Scope): Promise<string[]> {
  const rows = await db
    .selectFrom('repository')
    .select('full_name')
    .where(within(scope, 'repository_id'))
    .orderBy('full_name')
    .limit(maxNames)
    .execute();
  return [...new Set(rows.map((row) => row.full_name))];
}
