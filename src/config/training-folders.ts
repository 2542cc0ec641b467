import path from 'node:path';
import type { Config } from './config.ts';

/** Where snapshots and round directories lie, one folder below for each. */
export function trainingFolders({ home }: Pick<Config, 'home'>) {
  return { snapshots: path.join(home, 'snapshots'), rounds: path.join(home, 'rounds') };
}
