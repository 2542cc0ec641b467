import type { Kysely } from 'kysely';
import type { Database } from '../../db/tables.ts';

export interface StoredCheckpoint {
  readonly checkpoint_id: string;
  readonly round_id: string;
  readonly kind: 'lora' | 'full';
  readonly tree_sha256: string;
}

export interface CheckpointDeps {
  readonly db: Kysely<Database>;
  /** The hash of the checkpoint's files as they are now; `round_invalid` where they cannot be read. */
  readonly treeSha256: (checkpoint: StoredCheckpoint) => Promise<string>;
  /**
   * Resolves when every replica of the model server answers under the checkpoint's id and has proved that it is this
   * checkpoint; null where Mendloop runs without one.
   */
  readonly serve: ((checkpoint: StoredCheckpoint) => Promise<void>) | null;
}

/** Who changes an alias, and why. */
export interface Cause {
  readonly reason: string;
  readonly job_id?: string | null;
}
