import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/tables.ts';
import type { DeliveryTable, PayloadState } from '../db/tables/github.ts';
import type { DeliveryState } from '../domain/github-status.ts';
import type { Scope } from '../domain/scope.ts';
import { equals, isNamed, type ListQuery, ordered } from './list.ts';
import { within } from './scope.ts';

export type DeliverySort = 'received_at' | 'event' | 'state' | 'repository';
export type DeliveryFilter = 'event' | 'state' | 'repository';

export interface DeliveryRow {
  readonly delivery_id: string;
  readonly event: string;
  readonly action: string | null;
  readonly repository: string | null;
  readonly state: DeliveryState;
  readonly reason: string | null;
  readonly payload_state: PayloadState;
  readonly received_at: Date;
}

const columns = {
  received_at: 'd.received_at',
  event: 'd.event',
  state: 'd.state',
  repository: 'r.full_name',
} as const;

function deliveries(db: Kysely<Database>) {
  return db
    .selectFrom('delivery as d')
    .leftJoin('repository as r', 'r.repository_id', 'd.repository_id')
    .select(['d.delivery_id', 'd.event', 'd.action', 'r.full_name as repository', 'd.state', 'd.reason'])
    .select(['d.payload_state', 'd.received_at']);
}

/** Sorted by `received_at`, the list reads index delivery_received. */
export async function listDeliveries(
  db: Kysely<Database>,
  scope: Scope,
  query: ListQuery<DeliverySort, DeliveryFilter>,
): Promise<DeliveryRow[]> {
  const { event, state, repository } = query.filters;
  return deliveries(db)
    .where(within(scope, 'd.repository_id'))
    .where(equals('d.event', event))
    .where(equals('d.state', state))
    .where(isNamed('r.full_name', repository))
    .orderBy(columns[query.sort], ordered(query.direction))
    .orderBy('d.received_at', 'desc')
    .orderBy('d.delivery_id')
    .limit(query.limit)
    .offset(query.offset ?? 0)
    .execute();
}

export interface DeliveryDetail extends DeliveryRow {
  readonly installation_id: number | null;
  readonly repository_id: number | null;
  readonly subject: DeliveryTable['subject']['__select__'];
  readonly payload: DeliveryTable['payload']['__select__'];
  readonly routed_at: Date | null;
}

export async function findDelivery(db: Kysely<Database>, id: string): Promise<DeliveryDetail | undefined> {
  return deliveries(db)
    .select(['d.installation_id', 'd.repository_id', 'd.subject', 'd.payload', 'd.routed_at'])
    .where('d.delivery_id', '=', id)
    .executeTakeFirst();
}

const recentDeliveries = 5000;

/** Names of the events among the latest 5,000 deliveries, sorted. */
export async function recentEvents(db: Kysely<Database>, scope: Scope): Promise<string[]> {
  const { rows } = await sql<{ event: string }>`
    select distinct event from (
      select event from delivery where ${within(scope, 'repository_id')}
      order by received_at desc limit ${recentDeliveries}
    ) latest order by event`.execute(db);
  return rows.map((row) => row.event);
}
