import path from 'node:path';
import type { RoundCluster } from '../cluster.ts';
import { removeFolder } from './purged-folders.ts';

export function roundFolder({ folder }: Pick<RoundCluster, 'folder'>, round_id: string): string {
  return path.join(folder.app, round_id);
}

/** A round that will not be trained with what lies there, finished or not. */
export async function removeRoundFolder(
  cluster: Pick<RoundCluster, 'folder'>,
  round_id: string,
): Promise<void> {
  await removeFolder(roundFolder(cluster, round_id));
  await removeFolder(path.join(cluster.folder.app, `.${round_id}`));
}
