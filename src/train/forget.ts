import type { Kysely } from 'kysely';
import type { Database } from '../db/tables.ts';
import type { RoundFiles } from '../domain/ports/round-files.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { Forgetter } from '../stage/stage.ts';
import { errorFields } from '../telemetry/log.ts';
import type { CheckpointDeps } from './checkpoint/deps.ts';
import { retireTainted } from './checkpoint/retire-tainted.ts';
import { purgeTraining } from './purge/purge-training.ts';
import { replaceRounds } from './purge/replace-rounds.ts';

export interface TrainForgetterDeps {
  readonly db: Kysely<Database>;
  readonly queue: JobQueue;
  /** Holds one folder for each snapshot. */
  readonly snapshots: string;
  /** Every folder in which round directories may lie, as the clusters are configured now. */
  readonly roundsFolders: () => Promise<readonly RoundFiles[]>;
  readonly checkpoints: Pick<CheckpointDeps, 'db' | 'retire'>;
}

/**
 * Removes snapshots and rounds with the repository's data, taints the checkpoints that saw it, cancels the rounds under
 * way and plans one that replaces them; after the purge, unloads the tainted checkpoints from the model servers.
 */
export function trainForgetter(deps: TrainForgetterDeps): Forgetter {
  const { db, queue, snapshots, checkpoints } = deps;
  return {
    stage: 'train',
    async forget(repository_id, { jobId }) {
      const rounds = await deps.roundsFolders();
      const purged = await purgeTraining({ db, snapshots, rounds }, repository_id);
      await replaceRounds(db, queue, purged, { cause: jobId, now: new Date() });
      return { snapshots: purged.snapshots.length, checkpoints: purged.checkpoints.length };
    },
    // No alias names a tainted checkpoint any more; housekeeping asks a server that did not answer every ten minutes.
    afterPurge: ({ log }) =>
      retireTainted(checkpoints).catch((error: unknown) =>
        log.warn(errorFields(error), 'tainted checkpoints may still be loaded'),
      ),
  };
}
