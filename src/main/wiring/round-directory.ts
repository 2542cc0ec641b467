import type { Kysely } from 'kysely';
import type { RoundsDir } from '../../cluster/job/round-paths.ts';
import { roundsDirOf } from '../../cluster/open-cluster.ts';
import type { Config } from '../../config/config.ts';
import { trainingFolders } from '../../config/training-folders.ts';
import type { Database } from '../../db/tables.ts';
import { readRound } from '../../train/round/state/read-round.ts';
import { configuredCluster } from './clusters.ts';

/** Returns the folder of round directories on the cluster of a round. Throws `not_found`. */
export async function roundsDirOfRound(
  config: Config,
  db: Kysely<Database>,
  round_id: string,
): Promise<RoundsDir> {
  const { cluster } = await readRound(db, round_id);
  return roundsDirOf(await configuredCluster(config, cluster), trainingFolders(config));
}
