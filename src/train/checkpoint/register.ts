import type { Transaction } from 'kysely';
import type { z } from 'zod';
import { addWithStatus } from '../../db/status.ts';
import type { Database } from '../../db/tables.ts';
import { MendloopError } from '../../domain/errors.ts';
import { outManifest } from '../../round-contract/round-files.ts';

/** The fields of `out/manifest.json` that are used here; the rest is stored as it is. */
const manifestSchema = outManifest
  .pick({ schema: true, round_id: true, kind: true, step: true, base: true, tree_sha256: true })
  .strip();
export type CheckpointManifest = z.infer<typeof manifestSchema>;

/** Throws `round_invalid`, naming the field. */
export function readManifest(manifest: unknown): CheckpointManifest {
  const parsed = manifestSchema.safeParse(manifest);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new MendloopError('round_invalid', `manifest.json: ${field} is not valid`);
}

export interface NewCheckpoint {
  readonly round_id: string;
  /** The checkpoint that its base was merged from; null where training began with the base model. */
  readonly parent_id: string | null;
  /** `out/manifest.json` as the driver wrote it. */
  readonly manifest: unknown;
  readonly job_id?: string | null;
}

/** Returns the permanent name of a checkpoint, also at the model server: no other weights ever get it. */
export function checkpointId(round_id: string, step: number): string {
  return `mendloop-${round_id}-s${step}`;
}

/** A purge waits for these rows, or it is seen here. */
async function isTainted(
  trx: Transaction<Database>,
  { round_id, parent_id }: NewCheckpoint,
): Promise<boolean> {
  const snapshot = await trx
    .selectFrom('snapshot')
    .select('state')
    .where('snapshot_id', '=', (of) =>
      of.selectFrom('round').select('round.snapshot_id').where('round.round_id', '=', round_id),
    )
    .forShare()
    .executeTakeFirst();
  if (snapshot?.state === 'purged') return true;
  if (parent_id === null) return false;
  const parent = await trx
    .selectFrom('checkpoint')
    .select('status')
    .where('checkpoint_id', '=', parent_id)
    .forShare()
    .executeTakeFirst();
  if (!parent) throw new MendloopError('not_found', `there is no checkpoint ${parent_id}`);
  return parent.status === 'tainted' || parent.status === 'purged';
}

function assertOwn({ round_id }: NewCheckpoint, manifest: CheckpointManifest): void {
  if (manifest.round_id === round_id) return;
  throw new MendloopError('round_invalid', 'manifest.json is of another round');
}

async function assertSame(trx: Transaction<Database>, id: string, tree_sha256: string): Promise<void> {
  const { tree_sha256: known } = await trx
    .selectFrom('checkpoint')
    .select('tree_sha256')
    .where('checkpoint_id', '=', id)
    .executeTakeFirstOrThrow();
  if (known === tree_sha256) return;
  throw new MendloopError('round_invalid', `checkpoint ${id} is registered with other weights`);
}

/**
 * Adds what a round made as a candidate, once: the same again gives the same id. Where its data or its parent was purged in
 * the meantime, it is born `tainted`. Throws `round_invalid` for a manifest that does not fit, `not_found` for an unknown parent.
 */
export async function registerCheckpoint(trx: Transaction<Database>, added: NewCheckpoint): Promise<string> {
  const { round_id, parent_id, job_id = null } = added;
  const manifest = readManifest(added.manifest);
  assertOwn(added, manifest);
  const { kind, tree_sha256, step } = manifest;
  const checkpoint_id = checkpointId(round_id, step);
  const to = (await isTainted(trx, added)) ? 'tainted' : 'candidate';
  const manifestText = JSON.stringify(added.manifest);
  const row = { checkpoint_id, round_id, parent_id, kind, tree_sha256, manifest: manifestText };
  const isNew = await addWithStatus(trx, 'checkpoint', row, { to, event: 'registered', job_id });
  if (!isNew) await assertSame(trx, checkpoint_id, tree_sha256);
  return checkpoint_id;
}
