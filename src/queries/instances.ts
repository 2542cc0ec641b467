import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/tables.ts';
import type { StoredReward } from '../db/tables/instance.ts';
import type { ConsentScope } from '../domain/consent.ts';
import type { CandidateOrigin, Instance, InstanceStatus } from '../domain/instance.ts';
import type { RejectionReason } from '../domain/rejection.ts';
import type { Scope } from '../domain/scope.ts';
import { withLabels } from '../instance/read.ts';
import { equals, isNamed, type ListQuery, ordered } from './list.ts';
import { within } from './scope.ts';

export type InstanceSort = 'merged_at' | 'instance_id' | 'pull' | 'status' | 'reward' | 'candidates';
export type InstanceFilter = 'repository' | 'language' | 'status';

export interface InstanceRow {
  readonly instance_id: string;
  readonly repository: string;
  readonly pull_number: number;
  readonly status: InstanceStatus;
  readonly merged_at: Date | null;
  /** First line of the problem statement, at most 160 characters; null before the instance was collected. */
  readonly title: string | null;
  readonly languages: readonly string[];
  /** Null before the instance was collected. */
  readonly linked_issues: readonly number[] | null;
  readonly source_files: readonly string[] | null;
  /** The oracle's. */
  readonly reward: number | null;
  readonly candidates: number;
}

export interface InstanceQuery extends ListQuery<InstanceSort, InstanceFilter> {
  /** Instances of this status are left out. */
  readonly except?: InstanceStatus;
}

const columns = {
  merged_at: sql`i.merged_at`,
  instance_id: sql`i.instance_id`,
  pull: sql`(r.full_name, i.pull_number)`,
  status: sql`i.status`,
  reward: sql`reward`,
  candidates: sql`candidates`,
} as const;

export async function listInstances(
  db: Kysely<Database>,
  scope: Scope,
  query: InstanceQuery,
): Promise<InstanceRow[]> {
  const { repository, language = null, status } = query.filters;
  const { except } = query;
  return db
    .selectFrom('instance as i')
    .innerJoin('repository as r', 'r.repository_id', 'i.repository_id')
    .select(['i.instance_id', 'r.full_name as repository', 'i.pull_number', 'i.status', 'i.merged_at'])
    .select([
      sql<string | null>`left(split_part(i.body->>'problem_statement', e'\n', 1), 160)`.as('title'),
      sql<string[]>`coalesce(i.body->'languages', '[]')`.as('languages'),
      sql<number[] | null>`i.body->'linked_issues'`.as('linked_issues'),
      sql<string[] | null>`i.body->'source_files'`.as('source_files'),
      sql<number | null>`(i.oracle_reward->>'reward')::float8`.as('reward'),
      sql<number>`(select count(*) from candidate c where c.instance_id = i.instance_id)`.as('candidates'),
    ])
    .where(within(scope, 'i.repository_id'))
    .where(equals('i.status', status))
    .$if(except !== undefined, (rows) => rows.where('i.status', '<>', except as InstanceStatus))
    .where(isNamed('r.full_name', repository))
    .where(language === null ? sql<boolean>`true` : sql<boolean>`i.body->'languages' ? ${language}`)
    .orderBy(columns[query.sort], ordered(query.direction))
    .orderBy('i.instance_id')
    .limit(query.limit)
    .offset(query.offset ?? 0)
    .execute();
}

const maxLanguages = 50;

/** Languages of the collected instances, most frequent first. */
export async function instanceLanguages(db: Kysely<Database>, scope: Scope): Promise<string[]> {
  const { rows } = await sql<{ language: string }>`
    select language from instance i, jsonb_array_elements_text(i.body->'languages') as language
    where ${within(scope, 'i.repository_id')} group by language order by count(*) desc, language
    limit ${maxLanguages}`.execute(db);
  return rows.map((row) => row.language);
}

export interface InstanceDetail {
  readonly instance_id: string;
  readonly repository_id: number;
  readonly repository: string;
  readonly pull_number: number;
  readonly status: InstanceStatus;
  readonly body: Instance | null;
  readonly consent: ConsentScope | null;
  readonly oracle_reward: StoredReward | null;
  readonly merged_at: Date | null;
  readonly updated_at: Date;
  /** Title of the merged pull request. */
  readonly title: string | null;
  readonly rejection: { readonly reason: RejectionReason; readonly detail: Record<string, unknown> } | null;
}

export async function findInstance(db: Kysely<Database>, id: string): Promise<InstanceDetail | undefined> {
  const row = await db
    .selectFrom('instance as i')
    .innerJoin('repository as r', 'r.repository_id', 'i.repository_id')
    .leftJoin('instance_rejection as x', 'x.instance_id', 'i.instance_id')
    .leftJoin('pull_request as p', (join) =>
      join.onRef('p.repository_id', '=', 'i.repository_id').onRef('p.number', '=', 'i.pull_number'),
    )
    .select(['i.instance_id', 'i.repository_id', 'r.full_name as repository', 'i.pull_number', 'i.status'])
    .select(['i.body', 'i.consent', 'i.oracle_reward', 'i.merged_at', 'i.updated_at', 'p.title'])
    .select(['x.reason', 'x.detail'])
    .where('i.instance_id', '=', id)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { reason, detail, body: collected, ...instance } = row;
  const [body = null] = await withLabels(db, collected === null ? [] : [collected]);
  return { ...instance, body, rejection: reason === null ? null : { reason, detail: detail ?? {} } };
}

export interface CandidateRow {
  readonly origin: CandidateOrigin;
  readonly source: string;
  readonly patch: string;
  readonly rewards: Record<string, StoredReward>;
}

const maxCandidates = 50;
const highestReward = sql`(select max((value->>'reward')::float8) from jsonb_each(rewards))`;

/** The 50 candidates with the highest reward of any formula, highest first. */
export async function bestCandidates(db: Kysely<Database>, instance_id: string): Promise<CandidateRow[]> {
  return db
    .selectFrom('candidate')
    .select(['origin', 'source', 'patch', 'rewards'])
    .where('instance_id', '=', instance_id)
    .orderBy(highestReward, ordered('desc'))
    .orderBy('origin')
    .orderBy('source')
    .limit(maxCandidates)
    .execute();
}

export interface IssueRow {
  readonly number: number;
  readonly title: string;
  readonly author: string | null;
  readonly state: 'open' | 'closed';
  readonly labels: readonly string[];
  readonly created_at: Date;
}

export async function listIssues(
  db: Kysely<Database>,
  repository_id: number,
  numbers: readonly number[],
): Promise<IssueRow[]> {
  return db
    .selectFrom('issue')
    .select(['number', 'title', 'author', 'state', 'labels', 'created_at'])
    .where('repository_id', '=', repository_id)
    .where(sql<boolean>`number = any(${numbers}::int[])`)
    .orderBy('number')
    .execute();
}
