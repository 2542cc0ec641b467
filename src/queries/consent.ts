import type { Kysely } from 'kysely';
import type { Database } from '../db/tables.ts';
import type { ConsentScope, ConsentSource } from '../domain/consent.ts';
import type { ListQuery } from './list.ts';
import { type Scope, within } from './scope.ts';

export type ConsentSort = 'updated_at' | 'repository' | 'consent';
export type ConsentFilter = 'consent';

export interface ConsentRow {
  readonly repository_id: number;
  readonly full_name: string;
  readonly private: boolean;
  readonly status: 'active' | 'removed';
  readonly consent: ConsentScope;
  readonly updated_at: Date;
}

const consentColumns = ['repository_id', 'full_name', 'private', 'status', 'consent', 'updated_at'] as const;
const columns = { updated_at: 'updated_at', repository: 'full_name', consent: 'consent' } as const;

export async function listConsent(
  db: Kysely<Database>,
  scope: Scope,
  query: ListQuery<ConsentSort, ConsentFilter>,
): Promise<ConsentRow[]> {
  const { consent } = query.filters;
  return db
    .selectFrom('repository')
    .select(consentColumns)
    .where(within(scope, 'repository_id'))
    .$if(consent !== undefined, (query) => query.where('consent', '=', consent as ConsentScope))
    .orderBy(columns[query.sort], query.direction)
    .orderBy('full_name')
    .limit(query.limit)
    .offset(query.offset ?? 0)
    .execute();
}

export async function findRepository(db: Kysely<Database>, id: number): Promise<ConsentRow | undefined> {
  return db
    .selectFrom('repository')
    .select(consentColumns)
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

/** The ledger of one repository, latest first. Reads index consent_event_repository. */
export async function consentEvents(db: Kysely<Database>, id: number): Promise<ConsentEventRow[]> {
  return db
    .selectFrom('consent_event')
    .select(['consent_event_id', 'from_scope', 'to_scope', 'source', 'reason', 'at'])
    .where('repository_id', '=', id)
    .orderBy('consent_event_id', 'desc')
    .limit(maxEvents)
    .execute();
}
