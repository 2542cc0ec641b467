import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/tables.ts';
import type { RejectionReason } from '../domain/rejection.ts';
import type { Scope } from '../domain/scope.ts';
import { equals, isNamed, type ListQuery } from './list.ts';
import { within } from './scope.ts';

export type RejectionSort = 'at' | 'reason' | 'repository' | 'pull';
export type RejectionFilter = 'reason' | 'repository';

export interface ReasonCount {
  readonly reason: RejectionReason;
  readonly count: number;
}

/** Most frequent first. Index instance_rejection_reason. */
export async function countReasons(db: Kysely<Database>, scope: Scope): Promise<ReasonCount[]> {
  return db
    .selectFrom('instance_rejection')
    .select((of) => ['reason', of.fn.countAll<number>().as('count')])
    .where(within(scope, 'repository_id'))
    .groupBy('reason')
    .orderBy('count', 'desc')
    .orderBy('reason')
    .execute();
}

export interface RejectionRow {
  readonly instance_id: string;
  readonly repository: string;
  readonly pull_number: number;
  /** Title of the pull request; null where the pull request is missing. */
  readonly title: string | null;
  readonly reason: RejectionReason;
  readonly detail: Record<string, unknown>;
  readonly at: Date;
}

const columns = {
  at: sql`x.at`,
  reason: sql`x.reason`,
  repository: sql`r.full_name`,
  pull: sql`(r.full_name, x.pull_number)`,
} as const;

export async function listRejections(
  db: Kysely<Database>,
  scope: Scope,
  query: ListQuery<RejectionSort, RejectionFilter>,
): Promise<RejectionRow[]> {
  return db
    .selectFrom('instance_rejection as x')
    .innerJoin('repository as r', 'r.repository_id', 'x.repository_id')
    .leftJoin('pull_request as p', (join) =>
      join.onRef('p.repository_id', '=', 'x.repository_id').onRef('p.number', '=', 'x.pull_number'),
    )
    .select(['x.instance_id', 'r.full_name as repository', 'x.pull_number', 'p.title'])
    .select(['x.reason', 'x.detail', 'x.at'])
    .where(within(scope, 'x.repository_id'))
    .where(equals('x.reason', query.filters.reason))
    .where(isNamed('r.full_name', query.filters.repository))
    .orderBy(columns[query.sort], query.direction)
    .orderBy('x.at', 'desc')
    .orderBy('x.instance_id')
    .limit(query.limit)
    .offset(query.offset ?? 0)
    .execute();
}
