import type { Kysely } from 'kysely';
import type { Database } from '../../db/tables.ts';

export interface StoredCheckpoint {
  readonly checkpoint_id: string;
  readonly round_id: string;
  readonly kind: 'lora' | 'full';
  readonly tree_sha256: string;
  /** The model that it was trained on, as its manifest names it. */
  readonly base_uri: string | null;
}

export interface CheckpointDeps {
  readonly db: Kysely<Database>;
  /** The hash of the checkpoint's files as they are now; `round_invalid` where they cannot be read. */
  readonly treeSha256: (checkpoint: Pick<StoredCheckpoint, 'round_id'>) => Promise<string>;
  /**
   * Resolves when every replica of the model server answers under the checkpoint's id and has proved that it is this
   * checkpoint; null where Mendloop runs without one.
   */
  readonly serve: ((checkpoint: StoredCheckpoint) => Promise<void>) | null;
  /** Resolves when no replica has the checkpoint loaded, after its last request; null where Mendloop runs without one. */
  readonly retire: ((checkpoint_id: string) => Promise<void>) | null;
}

/** Who changes an alias, and why. */
export interface Cause {
  readonly reason: string;
  readonly job_id?: string | null;
}
