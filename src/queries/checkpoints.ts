import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/tables.ts';
import type { AliasName, CheckpointStatus, GateDecision } from '../domain/round.ts';
import type { Scope } from '../domain/scope.ts';
import { equals, type ListQuery } from './list.ts';
import { snapshotWithin } from './scope.ts';

export type CheckpointSort = 'created_at' | 'checkpoint_id' | 'status';
export type CheckpointFilter = 'status';

export interface CheckpointRow {
  readonly checkpoint_id: string;
  readonly status: CheckpointStatus;
  readonly round_id: string;
  readonly kind: 'lora' | 'full';
  /** The checkpoint that training continued from; null for the base model. */
  readonly parent_id: string | null;
  readonly tree_sha256: string;
  readonly created_at: Date;
  /** The aliases that name the checkpoint, sorted. */
  readonly aliases: readonly AliasName[];
  /** The gate's latest decision; null before an evaluation. */
  readonly decision: GateDecision | null;
}

export async function listCheckpoints(
  db: Kysely<Database>,
  scope: Scope,
  query: ListQuery<CheckpointSort, CheckpointFilter>,
): Promise<CheckpointRow[]> {
  return db
    .selectFrom('checkpoint as c')
    .innerJoin('round as r', 'r.round_id', 'c.round_id')
    .select(['c.checkpoint_id', 'c.status', 'c.round_id', 'c.kind', 'c.parent_id', 'c.tree_sha256'])
    .select(['c.created_at', namesOfCheckpoint.as('aliases')])
    .select((of) =>
      of
        .selectFrom('evaluation as e')
        .select('e.decision')
        .whereRef('e.checkpoint_id', '=', 'c.checkpoint_id')
        .orderBy('e.evaluation_id', 'desc')
        .limit(1)
        .as('decision'),
    )
    .where(snapshotWithin(scope, 'r.snapshot_id'))
    .where(equals('c.status', query.filters.status))
    .orderBy(`c.${query.sort}`, query.direction)
    .orderBy('c.created_at', 'desc')
    .orderBy('c.checkpoint_id')
    .limit(query.limit)
    .offset(query.offset ?? 0)
    .execute();
}

const namesOfCheckpoint = sql<AliasName[]>`array(
  select a.name from alias a where a.checkpoint_id = c.checkpoint_id order by 1)`;

export interface AliasRow {
  readonly name: AliasName;
  /** Null for the base model. */
  readonly checkpoint_id: string | null;
  /** The round that trained the checkpoint. */
  readonly round_id: string | null;
  readonly previous_id: string | null;
  readonly updated_at: Date;
  /** Whether that round has data of a repository in the scope; true for the base model. */
  readonly visible: boolean;
}

/** The aliases that were ever set, `stable` first. */
export async function listAliases(db: Kysely<Database>, scope: Scope): Promise<AliasRow[]> {
  return db
    .selectFrom('alias as a')
    .leftJoin('checkpoint as c', 'c.checkpoint_id', 'a.checkpoint_id')
    .leftJoin('round as r', 'r.round_id', 'c.round_id')
    .select(['a.name', 'a.checkpoint_id', 'a.previous_id', 'a.updated_at', 'r.round_id'])
    .select(sql<boolean>`a.checkpoint_id is null or ${snapshotWithin(scope, 'r.snapshot_id')}`.as('visible'))
    .orderBy('a.name', 'desc')
    .execute();
}

/** The checkpoint of a round, or null. */
export async function checkpointOf(db: Kysely<Database>, round_id: string): Promise<string | null> {
  const row = await db
    .selectFrom('checkpoint')
    .select('checkpoint_id')
    .where('round_id', '=', round_id)
    .executeTakeFirst();
  return row?.checkpoint_id ?? null;
}

export interface Ancestor {
  readonly checkpoint_id: string;
  readonly round_id: string;
  readonly status: CheckpointStatus;
  /** 0 for the checkpoint of the round itself, 1 for its parent. */
  readonly generation: number;
}

const maxGenerations = 20;

/** The checkpoint of a round and its ancestors, back to the base model, which has no row. */
export async function ancestorsOf(db: Kysely<Database>, round_id: string): Promise<Ancestor[]> {
  const { rows } = await sql<Ancestor>`
    with recursive line as (
      select checkpoint_id, round_id, status, parent_id, 0 as generation from checkpoint where round_id = ${round_id}
      union all
      select c.checkpoint_id, c.round_id, c.status, c.parent_id, line.generation + 1
      from line join checkpoint c on c.checkpoint_id = line.parent_id where line.generation < ${maxGenerations}
    )
    select checkpoint_id, round_id, status, generation from line order by generation, checkpoint_id`.execute(
    db,
  );
  return rows;
}
