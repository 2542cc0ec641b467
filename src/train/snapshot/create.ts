import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/tables.ts';
import { permits } from '../../domain/consent.ts';
import { MendloopError } from '../../domain/errors.ts';
import { forEachReady, type ReadyInstance } from '../../instance/read.ts';
import { findFormula } from '../../reward/formulas.ts';
import { patchKeyOf, signatureOf } from './likeness.ts';
import type { SnapshotManifest } from './manifest.ts';
import { type Material, materialOf } from './material.ts';
import { type Descriptor, select, type Selection } from './select.ts';
import { storeSnapshot } from './store.ts';
import type { RowForm } from './tasks.ts';
import { Counts, writeSnapshot } from './write.ts';

export interface SnapshotDeps {
  readonly db: Kysely<Database>;
  /** Holds one folder for each snapshot. */
  readonly folder: string;
}

export interface SnapshotOptions {
  readonly formula: string;
  readonly rows: RowForm;
  /** ISO time; null: the newest fifth is held out. */
  readonly splitAt: string | null;
  /** Private repositories of this installation take part, of no other (docs/contracts/snapshot.md#choice); null: public ones only. */
  readonly installation_id: number | null;
  readonly perRepository: number;
  readonly perAuthor: number;
}

export const defaultSnapshotOptions: SnapshotOptions = {
  formula: 'mendloop/1',
  rows: 'files',
  splitAt: null,
  installation_id: null,
  perRepository: 400,
  perAuthor: 100,
};

/**
 * Freezes the ready instances whose repository allows training: chosen, split by time, cleaned and written as rows. The same data
 * gives the same id and the same bytes, and a snapshot that is there already is given back. Throws `input_invalid` for a
 * formula that is not known, `consent_missing` where a consent fell while it was written, `cancelled` where a purge removed what
 * was being written, and `storage_full`.
 */
export async function createSnapshot(
  deps: SnapshotDeps,
  options: SnapshotOptions,
): Promise<SnapshotManifest> {
  findFormula(options.formula);
  const leftOut = new Counts();
  const selection = await choose(deps.db, options, leftOut);
  const unfinished = path.join(deps.folder, `.${randomUUID()}`);
  await mkdir(unfinished, { recursive: true });
  try {
    const written = await writeSnapshot(deps.db, selection, { ...options, leftOut }, unfinished);
    return await storeSnapshot(deps.db, written, { unfinished, snapshots: deps.folder });
  } catch (error) {
    throw translated(error);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

function translated(cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new MendloopError('storage_full', 'there is no room for the snapshot', { cause });
  }
  if (code === 'ENOENT') {
    return new MendloopError('cancelled', 'a purge removed the snapshot while it was written', { cause });
  }
  return cause;
}

function mayTrain(
  { instance, isPrivate, installation_id }: ReadyInstance,
  options: SnapshotOptions,
): boolean {
  return permits(instance.consent, 'train') && (!isPrivate || installation_id === options.installation_id);
}

async function choose(db: Kysely<Database>, options: SnapshotOptions, leftOut: Counts): Promise<Selection> {
  const descriptors: Descriptor[] = [];
  await forEachReady(db, { repo: null, consent: 'train' }, async (ready) => {
    if (!mayTrain(ready, options)) return leftOut.add('consent');
    const material = materialOf(ready);
    if (typeof material === 'string') return leftOut.add(material);
    descriptors.push(descriptorOf(ready, material));
  });
  const selection = select(descriptors, options);
  for (const [why, count] of Object.entries(selection.leftOut)) leftOut.add(why, count);
  return selection;
}

function descriptorOf({ instance, repository_id, author }: ReadyInstance, material: Material): Descriptor {
  return {
    instance_id: instance.instance_id,
    repository_id,
    author,
    merged_at: instance.merged_at,
    issues: instance.linked_issues.map((number) => `${repository_id}#${number}`),
    signature: signatureOf(`${material.problem}\n${material.patch}`),
    patchKey: patchKeyOf(material.patch),
  };
}
