import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/tables.ts';
import type { CheckpointStatus } from '../domain/round.ts';
import { type Scope, within } from './scope.ts';

export interface SnapshotDetail {
  readonly snapshot_id: string;
  readonly sha256: string;
  readonly split_at: Date;
  readonly counts: Readonly<Record<string, number>>;
  readonly left_out: Readonly<Record<string, number>>;
  readonly state: 'ready' | 'purged';
  readonly created_at: Date;
}

export async function findSnapshot(
  db: Kysely<Database>,
  snapshot_id: string | null,
): Promise<SnapshotDetail | undefined> {
  if (snapshot_id === null) return undefined;
  return db
    .selectFrom('snapshot')
    .select(['snapshot_id', 'sha256', 'split_at', 'counts', 'left_out', 'state', 'created_at'])
    .where('snapshot_id', '=', snapshot_id)
    .executeTakeFirst();
}

export interface InstanceOfSnapshot {
  readonly instance_id: string;
  readonly split: 'train' | 'held_out';
  /** Whether it is still there to be opened. */
  readonly kept: boolean;
}

export interface SnapshotInstances {
  readonly train: number;
  readonly held_out: number;
  /** Those of the scope, not more than are shown. */
  readonly seen: readonly InstanceOfSnapshot[];
}

const maxInstances = 200;

export async function instancesOf(
  db: Kysely<Database>,
  scope: Scope,
  snapshot_id: string,
): Promise<SnapshotInstances> {
  const counted = sql<{ train: number; held_out: number }>`
    select count(*) filter (where split = 'train') as train, count(*) filter (where split = 'held_out') as held_out
    from snapshot_instance where snapshot_id = ${snapshot_id}`.execute(db);
  const listed = sql<InstanceOfSnapshot>`
    select s.instance_id, s.split, i.instance_id is not null as kept
    from snapshot_instance s left join instance i on i.instance_id = s.instance_id
    where s.snapshot_id = ${snapshot_id} and ${within(scope, 's.repository_id')}
    order by s.split desc, s.instance_id limit ${maxInstances}`.execute(db);
  const [{ rows: counts }, { rows: seen }] = await Promise.all([counted, listed]);
  return { train: counts[0]?.train ?? 0, held_out: counts[0]?.held_out ?? 0, seen };
}

export interface Ancestor {
  readonly checkpoint_id: string;
  readonly round_id: string;
  readonly status: CheckpointStatus;
  /** 0: what the round itself made. */
  readonly generation: number;
}

const maxGenerations = 20;

/** What the round made, then what that was trained on from, back to the base model. */
export async function lineageOf(db: Kysely<Database>, round_id: string): Promise<Ancestor[]> {
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
