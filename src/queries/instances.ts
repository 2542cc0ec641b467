import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/tables.ts';
import type { InstanceStatus } from '../domain/instance.ts';
import type { ListQuery } from './list.ts';
import { type Scope, within } from './scope.ts';

export type InstanceSort = 'merged_at' | 'instance_id' | 'status' | 'reward' | 'candidates';
export type InstanceFilter = 'repository' | 'language' | 'status';

export interface InstanceRow {
  readonly instance_id: string;
  readonly repository: string;
  readonly pull_number: number;
  readonly status: InstanceStatus;
  readonly title: string | null;
  readonly languages: readonly string[];
  readonly reward: number | null;
  readonly candidates: number;
  readonly merged_at: Date | null;
}

const columns = {
  merged_at: sql`i.merged_at`,
  instance_id: sql`i.instance_id`,
  status: sql`i.status`,
  reward: sql`reward`,
  candidates: sql`candidates`,
} as const;

/** Without a status, all but the rejected ones, which have a page of their own. */
export async function listInstances(
  db: Kysely<Database>,
  scope: Scope,
  query: ListQuery<InstanceSort, InstanceFilter>,
): Promise<InstanceRow[]> {
  const { repository, language, status } = query.filters;
  const { rows } = await sql<InstanceRow>`
    select i.instance_id, r.full_name as repository, i.pull_number, i.status,
      left(split_part(i.body->>'problem_statement', e'\n', 1), 160) as title,
      coalesce(i.body->'languages', '[]') as languages,
      (i.oracle_reward->>'reward')::float8 as reward,
      (select count(*) from candidate c where c.instance_id = i.instance_id) as candidates,
      i.merged_at
    from instance i join repository r on r.repository_id = i.repository_id
    where ${within(scope, 'i.repository_id')}
      and ${status === undefined ? sql`i.status <> 'rejected'` : sql`i.status = ${status}`}
      and ${repository === undefined ? sql`true` : sql`r.full_name = ${repository}`}
      and ${language === undefined ? sql`true` : sql`i.body->'languages' ? ${language}`}
    order by ${columns[query.sort]} ${sql.raw(query.direction)} nulls last, i.instance_id
    limit ${query.limit} offset ${query.offset ?? 0}`.execute(db);
  return rows;
}

const maxLanguages = 50;

/** Languages of what was collected, most frequent first. */
export async function instanceLanguages(db: Kysely<Database>, scope: Scope): Promise<string[]> {
  const { rows } = await sql<{ language: string }>`
    select language from instance i, jsonb_array_elements_text(i.body->'languages') as language
    where ${within(scope, 'i.repository_id')} group by language order by count(*) desc, language
    limit ${maxLanguages}`.execute(db);
  return rows.map((row) => row.language);
}
