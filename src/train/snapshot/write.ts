import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/tables.ts';
import { canonicalJson } from '../../domain/canonical-json.ts';
import { forEachReady } from '../../instance/read.ts';
import {
  rowFileName,
  type SnapshotFile,
  snapshotFiles,
  snapshotHash,
  type SnapshotManifest,
} from './manifest.ts';
import { type Material, materialOf } from './material.ts';
import { RowFile } from './row-file.ts';
import { oracleRow, preferenceRows, promptRow, sftRow } from './rows.ts';
import type { Selection, Split } from './select.ts';
import { type RowForm, type Task, tasksOf } from './tasks.ts';

interface Writing {
  readonly rows: RowForm;
  readonly formula: string;
  readonly leftOut: Counts;
}

export interface ChosenInstance {
  readonly instance_id: string;
  readonly repository_id: number;
  readonly split: Split;
}

export interface WrittenSnapshot {
  readonly manifest: SnapshotManifest;
  readonly instances: readonly ChosenInstance[];
}

/** Writes the rows of the chosen instances and `snapshot.json` into a folder. */
export async function writeSnapshot(
  db: Kysely<Database>,
  { chosen, splitAt }: Selection,
  writing: Writing,
  folder: string,
): Promise<WrittenSnapshot> {
  const { rows, formula, leftOut } = writing;
  const instances: ChosenInstance[] = [];
  await using files = new RowFiles(folder);
  await forEachReady(db, { repo: null, consent: 'train' }, async (ready) => {
    const split = chosen.get(ready.instance.instance_id);
    const material = split === undefined ? null : materialOf(ready);
    if (split === undefined || material === null || typeof material === 'string') return;
    const { tasks, refusals } = tasksOf(material, rows, formula);
    for (const why of refusals) leftOut.add(why);
    for (const task of tasks) await files.add(task, split, material, writing);
    const { instance_id, repository_id } = material;
    if (tasks.length > 0) instances.push({ instance_id, repository_id, split });
  });
  const count = (wanted: Split): number => instances.filter(({ split }) => split === wanted).length;
  const parts = {
    rows,
    formula,
    split_at: splitAt,
    files: await files.close(),
    instances: { train: count('train'), held_out: count('held_out') },
  };
  const manifest: SnapshotManifest = {
    schema: 'mendloop.snapshot/1',
    snapshot_id: `s-${snapshotHash(parts).slice(0, 20)}`,
    ...parts,
    left_out: leftOut.all(),
  };
  await writeFile(path.join(folder, 'snapshot.json'), `${canonicalJson(manifest)}\n`);
  return { manifest, instances };
}

/** The files of a snapshot while they are written. */
class RowFiles {
  readonly #files: ReadonlyMap<SnapshotFile, RowFile>;
  readonly #next = { train: 0, held_out: 0 };

  constructor(folder: string) {
    this.#files = new Map(snapshotFiles.map((name) => [name, new RowFile(folder, rowFileName(name))]));
  }

  async add(task: Task, split: Split, material: Material, { rows, leftOut }: Writing): Promise<void> {
    await this.#write(split, promptRow(task, split, this.#next[split]));
    await this.#write('oracles', oracleRow(task));
    this.#next[split] += 1;
    if (split === 'held_out') return;
    const sft = sftRow(task);
    if (sft !== null) await this.#write('sft', sft);
    // An attempt is a change of whole files: there is no telling which fragment it answers.
    if (rows === 'hunks') return;
    const preferences = preferenceRows(task, material);
    for (const row of preferences.rows) await this.#write('preferences', row);
    leftOut.add('attempt_not_expressible', preferences.notExpressible);
  }

  async #write(name: SnapshotFile, row: object): Promise<void> {
    await this.#files.get(name)?.write(row);
  }

  async close(): Promise<SnapshotManifest['files']> {
    const summaries = {} as SnapshotManifest['files'];
    for (const [name, file] of this.#files) summaries[name] = await file.close();
    return summaries;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const file of this.#files.values()) await file[Symbol.asyncDispose]();
  }
}

/** How many were left out for which reason; reasons in a fixed order. */
export class Counts {
  readonly #counts = new Map<string, number>();

  add(why: string, count = 1): void {
    if (count > 0) this.#counts.set(why, (this.#counts.get(why) ?? 0) + count);
  }

  all(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
