import { z } from 'zod';
import { MendloopError } from '../../domain/errors.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What we use of `out/manifest.json`; the rest is stored as it is. */
const manifestSchema = z.object({
  schema: z.literal('mendloop.manifest/1'),
  round_id: z.string().min(1),
  kind: z.enum(['lora', 'full']),
  step: z.int().nonnegative(),
  base: z.object({ uri: z.string(), tree_sha256: sha256 }),
  tree_sha256: sha256,
});
export type CheckpointManifest = z.infer<typeof manifestSchema>;

/** Throws `round_invalid`, naming the field. */
export function readManifest(manifest: unknown): CheckpointManifest {
  const parsed = manifestSchema.safeParse(manifest);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new MendloopError('round_invalid', `manifest.json: ${field} is not valid`);
}
