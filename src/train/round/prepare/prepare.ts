import path from 'node:path';
import type { Kysely } from 'kysely';
import type { Database } from '../../../db/tables.ts';
import { createSnapshot, defaultSnapshotOptions } from '../../snapshot/create.ts';
import { holdReadySnapshot } from '../../snapshot/lock.ts';
import { type SnapshotManifest, verifySnapshot } from '../../snapshot/manifest.ts';
import { profileOf } from '../cluster/profiles.ts';
import type { OpenRoundCluster, RoundCluster } from '../cluster/round-cluster.ts';
import { removeRoundFolder } from '../files/round-folders.ts';
import { addAttempt } from '../state/attempts.ts';
import { moveRound, type Turn, turnTo } from '../state/move.ts';
import type { Round } from '../state/read-round.ts';
import { kindOf, stepRows, stepsOf } from './build-spec.ts';
import { type Lineage, lineageOf } from './lineage.ts';
import { type RoundAssets, writeDirectory, type WrittenDirectory } from './write-directory.ts';

export interface PrepareDeps {
  readonly db: Kysely<Database>;
  readonly cluster: OpenRoundCluster;
  /** Holds one folder for each snapshot. */
  readonly snapshots: string;
  readonly assets: () => Promise<RoundAssets>;
  /** Folder of the base model where neither the round nor a checkpoint names one; null: such a round is refused. */
  readonly model: string | null;
}

/** Private repositories train where one organisation alone uses this installation of Mendloop (docs/contracts/snapshot.md#choice). */
async function soleInstallation(db: Kysely<Database>): Promise<number | null> {
  const active = await db
    .selectFrom('installation')
    .select('installation_id')
    .where('status', '=', 'active')
    .limit(2)
    .execute();
  return active.length === 1 ? (active[0]?.installation_id ?? null) : null;
}

function assign(db: Kysely<Database>, round_id: string, snapshot_id: string): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const ready = await holdReadySnapshot(trx, snapshot_id);
    await trx
      .updateTable('round')
      .set({ snapshot_id: ready ? snapshot_id : null })
      .where('round_id', '=', round_id)
      .where('state', '=', 'snapshotting')
      .execute();
    return ready;
  });
}

/** The round's snapshot: the one it has, as long as that was not purged; null where a purge came between. */
async function takeSnapshot(
  deps: PrepareDeps,
  round: Round,
  cluster: RoundCluster,
): Promise<SnapshotManifest | null> {
  const { round_id, snapshot_id } = round;
  if (snapshot_id !== null && (await assign(deps.db, round_id, snapshot_id))) {
    return verifySnapshot(path.join(deps.snapshots, snapshot_id));
  }
  await removeRoundFolder(cluster.files, round_id);
  const taken = await createSnapshot(
    { db: deps.db, folder: deps.snapshots },
    {
      ...defaultSnapshotOptions,
      formula: round.formula,
      rows: round.request.rows ?? profileOf(cluster).rows,
      installation_id: await soleInstallation(deps.db),
    },
  );
  return (await assign(deps.db, round_id, taken.snapshot_id)) ? taken : null;
}

/** Stored before the directory is there: the lineage of one that is found again is known. */
async function storeLineage(db: Kysely<Database>, round: Round, lineage: Lineage): Promise<void> {
  const { parent_id, incumbent_id } = lineage;
  await db
    .updateTable('round')
    .set({ request: JSON.stringify({ ...round.request, lineage: { parent_id, incumbent_id } }) })
    .where('round_id', '=', round.round_id)
    .where('state', '=', 'snapshotting')
    .execute();
}

async function directoryOf(
  deps: PrepareDeps,
  round: Round,
  cluster: RoundCluster,
  snapshot: SnapshotManifest,
): Promise<WrittenDirectory> {
  const lineage = await lineageOf(deps, round, cluster);
  const isThere = await cluster.files.has(`${round.round_id}/spec.json`);
  if (!isThere) await storeLineage(deps.db, round, lineage);
  const snapshotFolder = path.join(deps.snapshots, snapshot.snapshot_id);
  return writeDirectory({ round, cluster, lineage, assets: await deps.assets(), snapshot, snapshotFolder });
}

/** The state, the first attempt with the key under which it will be submitted, and the history, all at once. */
async function begin(
  { db }: PrepareDeps,
  { round_id }: Round,
  snapshot: SnapshotManifest,
  { spec, spec_sha256 }: WrittenDirectory,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    if (!(await holdReadySnapshot(trx, snapshot.snapshot_id))) return false;
    const move = { round_id, from: 'snapshotting', to: 'submitting', event: 'prepared' } as const;
    const change = { spec: JSON.stringify(spec), spec_sha256, total_steps: stepsOf(spec), step: 0 };
    if (!(await moveRound(trx, move, change))) return true;
    await addAttempt(trx, round_id, 1);
    return true;
  });
}

async function discardForRows(deps: PrepareDeps, round: Round, needed: number, given: number): Promise<Turn> {
  const what = kindOf(round.engine) === 'grpo' ? 'training' : 'supervised';
  const message = `A step needs ${needed} ${what} rows, and there are ${given}.`;
  await deps.db.transaction().execute((trx) =>
    moveRound(trx, {
      round_id: round.round_id,
      from: 'snapshotting',
      to: 'discarded',
      event: 'counted',
      reason: 'too_few_rows',
      message,
    }),
  );
  return turnTo('discarded', null);
}

async function prepareOnce(deps: PrepareDeps, round: Round, cluster: RoundCluster): Promise<Turn> {
  const snapshot = await takeSnapshot(deps, round, cluster);
  if (snapshot === null) return turnTo('snapshotting');
  const { needed, given } = stepRows(round.engine, profileOf(cluster), snapshot);
  if (given < needed) return discardForRows(deps, round, needed, given);
  const written = await directoryOf(deps, round, cluster, snapshot);
  return turnTo((await begin(deps, round, snapshot, written)) ? 'submitting' : 'snapshotting');
}

/** Whether a purge took the round's snapshot: its files disappear while they are read. */
async function wasPurged(db: Kysely<Database>, round_id: string): Promise<boolean> {
  const found = await db
    .selectFrom('round as r')
    .innerJoin('snapshot as s', 's.snapshot_id', 'r.snapshot_id')
    .select('s.state')
    .where('r.round_id', '=', round_id)
    .executeTakeFirst();
  return found?.state === 'purged';
}

/**
 * `snapshotting`: freezes the data and puts the round directory in place. Every part is found again after a crash; where a
 * purge takes the data away meanwhile, the round is prepared again with what is left.
 */
export async function prepare(deps: PrepareDeps, round: Round): Promise<Turn> {
  await using cluster = await deps.cluster(round);
  try {
    return await prepareOnce(deps, round, cluster);
  } catch (error) {
    if (await wasPurged(deps.db, round.round_id)) return turnTo('snapshotting');
    throw error;
  }
}
