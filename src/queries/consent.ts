import type { Kysely } from 'kysely';
import type { Database } from '../db/tables.ts';
import type { ConsentScope, ConsentSource } from '../domain/consent.ts';
import type { Scope } from '../domain/scope.ts';
import { equals, isNamed, type ListQuery } from './list.ts';
import { within } from './scope.ts';

export type ConsentSort = 'updated_at' | 'repository' | 'consent';
export type ConsentFilter = 'consent' | 'repository';

/** A repository with what its owners allow. */
export interface RepositoryConsent {
  readonly repository_id: number;
  readonly full_name: string;
  readonly private: boolean;
  readonly status: 'active' | 'removed';
  readonly consent: ConsentScope;
  readonly updated_at: Date;
}

export interface ConsentRow extends RepositoryConsent {
  /** Who or what set the present consent, and when; null where it never changed. */
  readonly source: ConsentSource | null;
  readonly since: Date | null;
}

const columns = { updated_at: 'r.updated_at', repository: 'r.full_name', consent: 'r.consent' } as const;

/** Index consent_event_repository gives the latest change of each repository. */
export async function listConsent(
  db: Kysely<Database>,
  scope: Scope,
  query: ListQuery<ConsentSort, ConsentFilter>,
): Promise<ConsentRow[]> {
  return db
    .selectFrom('repository as r')
    .leftJoinLateral(
      (from) =>
        from
          .selectFrom('consent_event as e')
          .select(['e.source', 'e.at as since'])
          .whereRef('e.repository_id', '=', 'r.repository_id')
          .orderBy('e.consent_event_id', 'desc')
          .limit(1)
          .as('latest'),
      (join) => join.onTrue(),
    )
    .select(['r.repository_id', 'r.full_name', 'r.private', 'r.status', 'r.consent', 'r.updated_at'])
    .select(['latest.source', 'latest.since'])
    .where(within(scope, 'r.repository_id'))
    .where(equals('r.consent', query.filters.consent))
    .where(isNamed('r.full_name', query.filters.repository))
    .orderBy(columns[query.sort], query.direction)
    .orderBy('r.full_name')
    .orderBy('r.repository_id')
    .limit(query.limit)
    .offset(query.offset ?? 0)
    .execute();
}

export async function findConsent(db: Kysely<Database>, id: number): Promise<RepositoryConsent | undefined> {
  return db
    .selectFrom('repository')
    .select(['repository_id', 'full_name', 'private', 'status', 'consent', 'updated_at'])
    .where('repository_id', '=', id)
    .executeTakeFirst();
}

export interface ConsentEventRow {
  readonly consent_event_id: number;
  readonly from_scope: ConsentScope | null;
  readonly to_scope: ConsentScope;
  readonly source: ConsentSource;
  readonly reason: string;
  readonly at: Date;
}

const maxEvents = 200;

/** The ledger of one repository, latest change first, at most 200. Index consent_event_repository. */
export async function consentEvents(db: Kysely<Database>, id: number): Promise<ConsentEventRow[]> {
  return db
    .selectFrom('consent_event')
    .select(['consent_event_id', 'from_scope', 'to_scope', 'source', 'reason', 'at'])
    .where('repository_id', '=', id)
    .orderBy('consent_event_id', 'desc')
    .limit(maxEvents)
    .execute();
}
