import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { canonicalJson } from '../../domain/canonical-json.ts';
import { MendloopError } from '../../domain/errors.ts';
import { hashFile } from '../../files/file-hash.ts';
import { rowForms } from './tasks.ts';

export const snapshotFiles = ['train', 'held_out', 'sft', 'oracles', 'preferences'] as const;
export type SnapshotFile = (typeof snapshotFiles)[number];

const summary = z.strictObject({
  rows: z.int().nonnegative(),
  sha256: z.string(),
  content_sha256: z.string(),
});

/** `snapshot.json`: what the files hold, and what was left out for which reason. */
export const snapshotManifest = z.strictObject({
  schema: z.literal('mendloop.snapshot/1'),
  snapshot_id: z.string().regex(/^s-[0-9a-f]{20}$/),
  rows: z.enum(rowForms),
  formula: z.string(),
  split_at: z.string(),
  files: z.record(z.enum(snapshotFiles), summary),
  instances: z.strictObject({ train: z.int(), held_out: z.int() }),
  left_out: z.record(z.string(), z.int()),
});
export type SnapshotManifest = z.infer<typeof snapshotManifest>;

export function rowFileName(file: SnapshotFile): string {
  return `${file}.jsonl.gz`;
}

/** Named by its content: the lines of every file, the formula and the split. */
export function snapshotHash(parts: Omit<SnapshotManifest, 'schema' | 'snapshot_id' | 'left_out'>): string {
  const files = Object.fromEntries(snapshotFiles.map((name) => [name, parts.files[name].content_sha256]));
  const named = { files, rows: parts.rows, formula: parts.formula, split_at: parts.split_at };
  return createHash('sha256').update(canonicalJson(named)).digest('hex');
}

export async function readSnapshotManifest(folder: string): Promise<SnapshotManifest> {
  const file = path.join(folder, 'snapshot.json');
  const text = await readFile(file, 'utf8').catch(() => {
    throw new MendloopError('not_found', 'the files of the snapshot are not here');
  });
  const read = snapshotManifest.safeParse(JSON.parse(text));
  if (!read.success) throw new MendloopError('round_invalid', 'snapshot.json has another form');
  return read.data;
}

/** Reads every byte again; a file that is not the one that was written is `round_invalid`. */
export async function verifySnapshot(folder: string): Promise<SnapshotManifest> {
  const manifest = await readSnapshotManifest(folder);
  for (const name of snapshotFiles) {
    const hash = await hashFile(path.join(folder, rowFileName(name))).catch(() => null);
    if (hash?.sha256 !== manifest.files[name].sha256) {
      throw new MendloopError(
        'round_invalid',
        `${rowFileName(name)} of the snapshot is not what was written`,
      );
    }
  }
  return manifest;
}
