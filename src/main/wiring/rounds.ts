import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Kysely } from 'kysely';
import type { Config } from '../../config/config.ts';
import { trainingFolders } from '../../config/training-folders.ts';
import type { Database } from '../../db/tables.ts';
import type { JobQueue } from '../../jobs/queue.ts';
import { sharedFolder } from '../../round-files/shared-folder.ts';
import type { Log } from '../../telemetry/log.ts';
import type { CheckpointDeps } from '../../train/checkpoint/deps.ts';
import { Liveness } from '../../train/round/attempt/look.ts';
import type { RoundDeps } from '../../train/round/deps.ts';
import { roundAssets } from '../round-assets.ts';
import { modelServing } from './model-serving.ts';
import { roundCluster } from './round-cluster.ts';
import { roundsDirOfRound } from './round-directory.ts';

export interface RoundsOptions {
  readonly config: Config;
  readonly db: Kysely<Database>;
  readonly queue: JobQueue;
  readonly log: Log;
  /** Receives a line of progress while a cluster is made ready, which may take minutes the first time. */
  readonly onProgress: (message: string) => void;
}

const watchSeconds = 3;

/** Reads the result of a round from its directory, where it stays until its data is purged. */
function checkpointDeps(config: Config, db: Kysely<Database>): CheckpointDeps {
  return {
    db,
    async treeSha256({ round_id }) {
      const { app } = await roundsDirOfRound(config, db, round_id);
      return sharedFolder(app).hashTree(`${round_id}/out`);
    },
    ...modelServing(config, async (round_id) => {
      const { cluster } = await roundsDirOfRound(config, db, round_id);
      return path.join(cluster, round_id, 'out');
    }),
  };
}

/** Ties rounds to this installation's folders and clusters. */
export function roundDeps({ config, db, queue, log, onProgress }: RoundsOptions): RoundDeps {
  const { snapshots, rounds } = trainingFolders(config);
  return {
    db,
    queue,
    log,
    now: () => new Date(),
    async cluster(round) {
      await mkdir(rounds, { recursive: true });
      return roundCluster(config, round, onProgress);
    },
    snapshots,
    assets: roundAssets(path.join(config.home, 'trainer')),
    model: config.rounds.model,
    checkpoints: checkpointDeps(config, db),
    liveness: new Liveness(),
    watchSeconds,
  };
}
