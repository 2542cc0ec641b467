import { readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Kysely, Transaction } from 'kysely';
import { addWithStatus, lockStatus, moveStatus } from '../../db/status.ts';
import type { Database } from '../../db/tables.ts';
import { consentScopes, permits } from '../../domain/consent.ts';
import { MendloopError } from '../../domain/errors.ts';
import type { SnapshotState } from '../../domain/round.ts';
import { lockSnapshotFolder } from './lock.ts';
import { type SnapshotManifest, snapshotHash, verifySnapshot } from './manifest.ts';
import type { ChosenInstance, WrittenSnapshot } from './write.ts';

interface Folders {
  /** Where the files were written. */
  readonly unfinished: string;
  /** Holds one folder for each snapshot. */
  readonly snapshots: string;
}

/** A finished folder, or one that is being written. */
const ownName = /^(?:s-[0-9a-f]{20}|\.[0-9a-f-]{36})$/;
/** A statement has 65,535 parameters at most. */
const rowsAtOnce = 1000;
const allowed = consentScopes.filter((scope) => permits(scope, 'train'));

/**
 * Records a snapshot while no consent of its repositories can fall, and puts its files in place before that is committed: a purge
 * that comes later finds both, and one that finds files without a row removes them. Where it is there already, that one is given
 * back and its files stay what they are. Throws `consent_missing`.
 */
export function storeSnapshot(
  db: Kysely<Database>,
  { manifest, instances }: WrittenSnapshot,
  { unfinished, snapshots }: Folders,
): Promise<SnapshotManifest> {
  const folder = path.join(snapshots, manifest.snapshot_id);
  return db.transaction().execute(async (trx) => {
    await lockSnapshotFolder(trx);
    await assertConsent(trx, instances);
    const state = await lockStatus(trx, 'snapshot', manifest.snapshot_id);
    const known = state === 'ready' ? await verifySnapshot(folder).catch(() => null) : null;
    if (known !== null) return known;
    await insertRow(trx, manifest, state);
    await insertInstances(trx, manifest.snapshot_id, instances);
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder);
    return manifest;
  });
}

async function assertConsent(
  trx: Transaction<Database>,
  instances: readonly ChosenInstance[],
): Promise<void> {
  const repositories = [...new Set(instances.map(({ repository_id }) => repository_id))];
  if (repositories.length === 0) return;
  const consenting = await trx
    .selectFrom('repository')
    .select('repository_id')
    .where('repository_id', 'in', repositories)
    .where('consent', 'in', allowed)
    .where('status', '=', 'active')
    .orderBy('repository_id')
    .forShare()
    .execute();
  if (consenting.length === repositories.length) return;
  throw new MendloopError(
    'consent_missing',
    'a repository took its consent back while the snapshot was made',
  );
}

async function insertRow(
  trx: Transaction<Database>,
  manifest: SnapshotManifest,
  state: SnapshotState | null,
): Promise<void> {
  const { snapshot_id, formula, split_at } = manifest;
  const left_out = JSON.stringify(manifest.left_out);
  const first = { to: 'ready', event: 'created' } as const;
  if (state === null) {
    const files = Object.entries(manifest.files).map(([name, { rows }]) => [name, rows] as const);
    const counts = JSON.stringify(Object.fromEntries(files));
    const row = { snapshot_id, sha256: snapshotHash(manifest), formula, split_at, counts, left_out };
    await addWithStatus(trx, 'snapshot', row, first);
  } else if (state === 'purged') {
    await moveStatus(trx, 'snapshot', { ...first, id: snapshot_id, from: state }, { left_out });
  } else {
    await trx.updateTable('snapshot').set({ left_out }).where('snapshot_id', '=', snapshot_id).execute();
  }
}

async function insertInstances(
  trx: Transaction<Database>,
  snapshot_id: string,
  instances: readonly ChosenInstance[],
): Promise<void> {
  for (let at = 0; at < instances.length; at += rowsAtOnce) {
    const rows = instances.slice(at, at + rowsAtOnce).map((row) => ({ snapshot_id, ...row }));
    await trx
      .insertInto('snapshot_instance')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** Removes folders that no ready row names: those of purged snapshots, and what a crash or a lost connection left behind. */
export async function removeUnlistedSnapshots(trx: Transaction<Database>, folder: string): Promise<void> {
  const rows = await trx.selectFrom('snapshot').select('snapshot_id').where('state', '=', 'ready').execute();
  const ready = new Set(rows.map(({ snapshot_id }) => snapshot_id));
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const name of names) {
    if (!ownName.test(name) || ready.has(name)) continue;
    await rm(path.join(folder, name), { recursive: true, force: true });
  }
}
