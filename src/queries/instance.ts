import { type Kysely, sql } from 'kysely';
import type { Database, StoredReward } from '../db/tables.ts';
import type { ConsentScope } from '../domain/consent.ts';
import type { CandidateOrigin, Instance, InstanceStatus } from '../domain/instance.ts';
import type { RejectionReason } from '../domain/rejection.ts';
import { withLabels } from '../instance/read.ts';

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
  readonly rejection: RejectionReason | null;
}

export async function findInstance(db: Kysely<Database>, id: string): Promise<InstanceDetail | undefined> {
  const row = await db
    .selectFrom('instance as i')
    .innerJoin('repository as r', 'r.repository_id', 'i.repository_id')
    .leftJoin('instance_rejection as x', 'x.instance_id', 'i.instance_id')
    .leftJoin('pull_request as p', (join) =>
      join.onRef('p.repository_id', '=', 'i.repository_id').onRef('p.number', '=', 'i.pull_number'),
    )
    .select([
      'i.instance_id',
      'i.repository_id',
      'r.full_name as repository',
      'i.pull_number',
      'i.status',
      'i.body',
      'i.consent',
      'i.oracle_reward',
      'i.merged_at',
      'i.updated_at',
      'p.title',
      'x.reason as rejection',
    ])
    .where('i.instance_id', '=', id)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const [body = null] = await withLabels(db, row.body === null ? [] : [row.body]);
  return { ...row, body };
}

export interface CandidateRow {
  readonly origin: CandidateOrigin;
  readonly source: string;
  readonly patch: string;
  readonly rewards: Record<string, StoredReward>;
}

const maxCandidates = 50;

/** Best first by their highest reward. */
export async function candidatesOf(db: Kysely<Database>, id: string): Promise<CandidateRow[]> {
  const { rows } = await sql<CandidateRow>`
    select origin, source, patch, rewards from candidate
    where instance_id = ${id}
    order by (select max((value->>'reward')::float8) from jsonb_each(rewards)) desc nulls last, origin, source
    limit ${maxCandidates}`.execute(db);
  return rows;
}

export interface IssueRow {
  readonly number: number;
  readonly title: string;
  readonly author: string | null;
  readonly state: 'open' | 'closed';
  readonly labels: readonly string[];
  readonly created_at: Date;
}

export async function issuesOf(
  db: Kysely<Database>,
  repositoryId: number,
  numbers: readonly number[],
): Promise<IssueRow[]> {
  return db
    .selectFrom('issue')
    .select(['number', 'title', 'author', 'state', 'labels', 'created_at'])
    .where('repository_id', '=', repositoryId)
    .where(sql<boolean>`number = any(${numbers}::int[])`)
    .orderBy('number')
    .execute();
}
