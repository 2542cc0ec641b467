import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/tables.ts';
import type { RejectionReason } from '../domain/rejection.ts';
import type { ListQuery } from './list.ts';
import { type Scope, within } from './scope.ts';

export type RejectionSort = 'at' | 'reason' | 'repository';
export type RejectionFilter = 'reason' | 'repository';

export interface ReasonCount {
  readonly reason: RejectionReason;
  readonly count: number;
}

/** Most frequent first. Reads index instance_rejection_reason. */
export async function countReasons(db: Kysely<Database>, scope: Scope): Promise<ReasonCount[]> {
  const { rows } = await sql<ReasonCount>`
    select reason, count(*) as count from instance_rejection
    where ${within(scope, 'repository_id')} group by reason order by count desc, reason`.execute(db);
  return rows;
}

export interface RejectionRow {
  readonly instance_id: string;
  readonly repository: string;
  readonly pull_number: number;
  readonly title: string | null;
  readonly reason: RejectionReason;
  readonly detail: Record<string, unknown>;
  readonly at: Date;
}

const columns = { at: sql`x.at`, reason: sql`x.reason`, repository: sql`r.full_name` } as const;

export async function listRejections(
  db: Kysely<Database>,
  scope: Scope,
  query: ListQuery<RejectionSort, RejectionFilter>,
): Promise<RejectionRow[]> {
  const { reason, repository } = query.filters;
  const { rows } = await sql<RejectionRow>`
    select x.instance_id, r.full_name as repository, x.pull_number, p.title, x.reason, x.detail, x.at
    from instance_rejection x
    join repository r on r.repository_id = x.repository_id
    left join pull_request p on p.repository_id = x.repository_id and p.number = x.pull_number
    where ${within(scope, 'x.repository_id')}
      and ${reason === undefined ? sql`true` : sql`x.reason = ${reason}`}
      and ${repository === undefined ? sql`true` : sql`r.full_name = ${repository}`}
    order by ${columns[query.sort]} ${sql.raw(query.direction)}, x.at desc, x.instance_id
    limit ${query.limit} offset ${query.offset ?? 0}`.execute(db);
  return rows;
}
