import { type Kysely, sql } from 'kysely';
import type { Database, DeliveryTable, PayloadState } from '../db/tables.ts';
import type { DeliveryState } from '../domain/github-status.ts';
import type { ListQuery } from './list.ts';
import { type Scope, within } from './scope.ts';

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
  received_at: sql`d.received_at`,
  event: sql`d.event`,
  state: sql`d.state`,
  repository: sql`r.full_name`,
} as const;

/** The default order is that of index delivery_received. */
export async function listDeliveries(
  db: Kysely<Database>,
  scope: Scope,
  query: ListQuery<DeliverySort, DeliveryFilter>,
): Promise<DeliveryRow[]> {
  const { event, state: routed, repository } = query.filters;
  const { rows } = await sql<DeliveryRow>`
    select d.delivery_id, d.event, d.action, r.full_name as repository, d.state, d.reason, d.payload_state, d.received_at
    from delivery d left join repository r on r.repository_id = d.repository_id
    where ${within(scope, 'd.repository_id')}
      and ${event === undefined ? sql`true` : sql`d.event = ${event}`}
      and ${routed === undefined ? sql`true` : sql`d.state = ${routed}`}
      and ${repository === undefined ? sql`true` : sql`r.full_name = ${repository}`}
    order by ${columns[query.sort]} ${sql.raw(query.direction)} nulls last, d.received_at desc, d.delivery_id
    limit ${query.limit} offset ${query.offset ?? 0}`.execute(db);
  return rows;
}

export interface DeliveryDetail extends DeliveryRow {
  readonly installation_id: number | null;
  readonly repository_id: number | null;
  readonly subject: DeliveryTable['subject']['__select__'];
  readonly payload: DeliveryTable['payload']['__select__'];
  readonly routed_at: Date | null;
}

export async function findDelivery(db: Kysely<Database>, id: string): Promise<DeliveryDetail | undefined> {
  return db
    .selectFrom('delivery')
    .leftJoin('repository', 'repository.repository_id', 'delivery.repository_id')
    .select([
      'delivery_id',
      'event',
      'action',
      'delivery.installation_id',
      'delivery.repository_id',
      'full_name as repository',
      'state',
      'reason',
      'subject',
      'payload',
      'payload_state',
      'received_at',
      'routed_at',
    ])
    .where('delivery_id', '=', id)
    .executeTakeFirst();
}

const looksBack = 5000;

/** Names of the events among the latest deliveries, for a filter. */
export async function recentEvents(db: Kysely<Database>, scope: Scope): Promise<string[]> {
  const { rows } = await sql<{ event: string }>`
    select distinct event from (
      select event from delivery where ${within(scope, 'repository_id')} order by received_at desc limit ${looksBack}
    ) latest order by event`.execute(db);
  return rows.map((row) => row.event);
}
