import type { Kysely } from 'kysely';
import type { Entity } from '../db/status.ts';
import type { Database } from '../db/tables.ts';

export interface TransitionRow {
  readonly from_status: string | null;
  readonly to_status: string;
  readonly event: string;
  readonly reason: string | null;
  readonly job_id: string | null;
  readonly at: Date;
}

/** State changes of one entity, oldest first, at most `limit` (null for all). Index transition_entity. */
export async function historyOf(
  db: Kysely<Database>,
  entity: Entity,
  id: string,
  limit: number | null,
): Promise<TransitionRow[]> {
  return db
    .selectFrom('transition')
    .select(['from_status', 'to_status', 'event', 'reason', 'job_id', 'at'])
    .where('entity', '=', entity)
    .where('entity_id', '=', id)
    .orderBy('transition_id')
    .limit(limit)
    .execute();
}
