import type { z } from 'zod';
import { MendloopError } from '../../domain/errors.ts';
import { outManifest } from '../../round-contract/round-files.ts';

/** What we use of `out/manifest.json`; the rest is stored as it is. */
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
