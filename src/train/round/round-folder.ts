import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { RoundCluster } from './deps.ts';

export function roundFolder({ folder }: Pick<RoundCluster, 'folder'>, round_id: string): string {
  return path.join(folder.app, round_id);
}

/** A round that will not be trained with what lies there. */
export async function removeRoundFolder(cluster: RoundCluster, round_id: string): Promise<void> {
  await rm(roundFolder(cluster, round_id), { recursive: true, force: true });
}
