import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/tables.ts';
import type { AliasName, CheckpointStatus, GateDecision } from '../domain/round.ts';
import type { ListQuery } from './list.ts';
import { type Scope, snapshotWithin } from './scope.ts';

export type CheckpointSort = 'created_at' | 'checkpoint_id' | 'status';
export type CheckpointFilter = 'status';

export interface CheckpointRow {
  readonly checkpoint_id: string;
  readonly status: CheckpointStatus;
  readonly aliases: readonly AliasName[];
  readonly round_id: string;
  readonly kind: 'lora' | 'full';
  /** Null: training began with the base model. */
  readonly parent_id: string | null;
  readonly tree_sha256: string;
  /** The gate's latest; null before it was evaluated. */
  readonly decision: GateDecision | null;
  readonly created_at: Date;
}

const columns = {
  created_at: sql`c.created_at`,
  checkpoint_id: sql`c.checkpoint_id`,
  status: sql`c.status`,
} as const;

export async function listCheckpoints(
  db: Kysely<Database>,
  scope: Scope,
  query: ListQuery<CheckpointSort, CheckpointFilter>,
): Promise<CheckpointRow[]> {
  const { status } = query.filters;
  const { rows } = await sql<CheckpointRow>`
    select c.checkpoint_id, c.status, c.round_id, c.kind, c.parent_id, c.tree_sha256, c.created_at,
      array(select a.name from alias a where a.checkpoint_id = c.checkpoint_id order by 1) as aliases,
      (select e.decision from evaluation e where e.checkpoint_id = c.checkpoint_id
        order by e.evaluation_id desc limit 1) as decision
    from checkpoint c join round r on r.round_id = c.round_id
    where ${snapshotWithin(scope, 'r.snapshot_id')}
      and ${status === undefined ? sql`true` : sql`c.status = ${status}`}
    order by ${columns[query.sort]} ${sql.raw(query.direction)}, c.created_at desc, c.checkpoint_id
    limit ${query.limit} offset ${query.offset ?? 0}`.execute(db);
  return rows;
}

export interface AliasRow {
  readonly name: AliasName;
  /** Null: the base model. */
  readonly checkpoint_id: string | null;
  readonly round_id: string | null;
  readonly previous_id: string | null;
  readonly updated_at: Date;
  /** Whether the visitor may see the round that it came of. */
  readonly seen: boolean;
}

/** Those that were ever set. */
export async function aliasesIn(db: Kysely<Database>, scope: Scope): Promise<AliasRow[]> {
  const { rows } = await sql<AliasRow>`
    select a.name, a.checkpoint_id, a.previous_id, a.updated_at, r.round_id,
      a.checkpoint_id is null or ${snapshotWithin(scope, 'r.snapshot_id')} as seen
    from alias a
    left join checkpoint c on c.checkpoint_id = a.checkpoint_id
    left join round r on r.round_id = c.round_id
    order by a.name desc`.execute(db);
  return rows;
}
