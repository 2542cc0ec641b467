import path from 'node:path';
import type { Config } from './config.ts';

/** The folders that contain the snapshots and the round directories. */
export function trainingFolders({ home }: Pick<Config, 'home'>) {
  return { snapshots: path.join(home, 'snapshots'), rounds: path.join(home, 'rounds') };
}
