import path from 'node:path';
import type { Kysely } from 'kysely';
import { roundsDirOf } from '../../cluster/open-cluster.ts';
import type { RoundsDir } from '../../cluster/round-paths.ts';
import type { Config } from '../../config/config.ts';
import { trainingFolders } from '../../config/training-folders.ts';
import type { Database } from '../../db/tables.ts';
import { readRound } from '../../train/round/state/read-round.ts';
import { configuredCluster } from './clusters.ts';

/** Returns the directory of a round as this host and as the cluster's machines see it. Throws `not_found`. */
export async function roundDirectory(
  config: Config,
  db: Kysely<Database>,
  round_id: string,
): Promise<RoundsDir> {
  const { cluster } = await readRound(db, round_id);
  const folder = roundsDirOf(await configuredCluster(config, cluster), trainingFolders(config));
  return { app: path.join(folder.app, round_id), cluster: path.join(folder.cluster, round_id) };
}
