import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/tables.ts';
import type { ConsentScope } from '../domain/consent.ts';
import type { Scope } from '../domain/scope.ts';
import { isNamed } from './list.ts';
import { within } from './scope.ts';

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

/** Full names of some repositories by id. */
export async function namesById(
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

/** Id of the installed repository of this `owner/name`, in any case; null where there is none. */
export async function installedRepository(db: Kysely<Database>, full_name: string): Promise<number | null> {
  const row = await db
    .selectFrom('repository')
    .select('repository_id')
    .where(isNamed('full_name', full_name))
    .where('status', '=', 'active')
    .executeTakeFirst();
  return row?.repository_id ?? null;
}

export interface RepositoryCounts {
  readonly repository_id: number;
  readonly full_name: string;
  readonly private: boolean;
  readonly status: 'active' | 'removed';
  readonly consent: ConsentScope;
  readonly pulls: number;
  readonly merged: number;
  readonly instances: number;
  readonly rejected: number;
  readonly last_delivery: Date | null;
}

const maxRepositories = 100;

/** The 100 repositories with the most instances, most first. */
export async function countRepositories(db: Kysely<Database>, scope: Scope): Promise<RepositoryCounts[]> {
  const { rows } = await sql<RepositoryCounts>`
    select r.repository_id, r.full_name, r.private, r.status, r.consent,
      coalesce(p.pulls, 0) as pulls, coalesce(p.merged, 0) as merged,
      coalesce(i.instances, 0) as instances, coalesce(i.rejected, 0) as rejected, d.last_delivery
    from repository r
    left join (
      select repository_id, count(*) as pulls, count(*) filter (where status = 'merged') as merged
      from pull_request group by repository_id
    ) p using (repository_id)
    left join (
      select repository_id, count(*) filter (where status in ('building', 'labelled', 'ready')) as instances,
        count(*) filter (where status = 'rejected') as rejected
      from instance group by repository_id
    ) i using (repository_id)
    left join (
      select repository_id, max(received_at) as last_delivery from delivery group by repository_id
    ) d using (repository_id)
    where ${within(scope, 'r.repository_id')}
    order by instances desc, pulls desc, r.full_name limit ${maxRepositories}`.execute(db);
  return rows;
}
