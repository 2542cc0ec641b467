import type { Kysely } from 'kysely';
import type { Database } from '../db/tables.ts';
import type { Scope } from '../domain/scope.ts';
import { within } from './scope.ts';

export interface SnapshotDetail {
  readonly snapshot_id: string;
  readonly sha256: string;
  readonly split_at: Date;
  readonly counts: Readonly<Record<string, number>>;
  readonly left_out: Readonly<Record<string, number>>;
  readonly state: 'ready' | 'purged';
  readonly created_at: Date;
}

function snapshots(db: Kysely<Database>) {
  return db
    .selectFrom('snapshot')
    .select(['snapshot_id', 'sha256', 'split_at', 'counts', 'left_out', 'state', 'created_at']);
}

export async function findSnapshot(db: Kysely<Database>, id: string): Promise<SnapshotDetail | undefined> {
  return snapshots(db).where('snapshot_id', '=', id).executeTakeFirst();
}

/** The newest snapshot that was not purged. */
export async function latestSnapshot(db: Kysely<Database>): Promise<SnapshotDetail | undefined> {
  return snapshots(db).where('state', '=', 'ready').orderBy('created_at', 'desc').limit(1).executeTakeFirst();
}

export interface SnapshotInstanceRow {
  readonly instance_id: string;
  readonly split: 'train' | 'held_out';
  /** False where the instance was purged since. */
  readonly exists: boolean;
}

export interface SnapshotInstances {
  /** Counts of the whole snapshot. */
  readonly train: number;
  readonly held_out: number;
  /** Instances of the scope, at most 200. */
  readonly visible: readonly SnapshotInstanceRow[];
}

const maxInstances = 200;

export async function snapshotInstances(
  db: Kysely<Database>,
  scope: Scope,
  snapshot_id: string,
): Promise<SnapshotInstances> {
  const counted = db
    .selectFrom('snapshot_instance')
    .select((of) => ['split', of.fn.countAll<number>().as('count')])
    .where('snapshot_id', '=', snapshot_id)
    .groupBy('split')
    .execute();
  const listed = db
    .selectFrom('snapshot_instance as s')
    .leftJoin('instance as i', 'i.instance_id', 's.instance_id')
    .select((of) => ['s.instance_id', 's.split', of('i.instance_id', 'is not', null).as('exists')])
    .where('s.snapshot_id', '=', snapshot_id)
    .where(within(scope, 's.repository_id'))
    .orderBy('s.split', 'desc')
    .orderBy('s.instance_id')
    .limit(maxInstances)
    .execute();
  const [counts, rows] = await Promise.all([counted, listed]);
  const countOf = (split: string): number => counts.find((row) => row.split === split)?.count ?? 0;
  const visible = rows.map((row) => ({ ...row, exists: Boolean(row.exists) }));
  return { train: countOf('train'), held_out: countOf('held_out'), visible };
}

/** Ids of the repositories that a snapshot has instances of; none for a round that has no snapshot yet. */
export async function snapshotRepositories(
  db: Kysely<Database>,
  snapshot_id: string | null,
): Promise<number[]> {
  if (snapshot_id === null) return [];
  const rows = await db
    .selectFrom('snapshot_instance')
    .select('repository_id')
    .distinct()
    .where('snapshot_id', '=', snapshot_id)
    .execute();
  return rows.map(({ repository_id }) => repository_id);
}
