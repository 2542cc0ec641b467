import path from 'node:path';
import { MendloopError } from '../../domain/errors.ts';

/** The folder of round directories, as this machine and as the machines of the cluster see it. */
export interface RoundsDir {
  readonly app: string;
  readonly cluster: string;
}

/** A path of the cluster, relative to the folder of round directories. Throws `cluster_refused` for a path outside of it. */
export function belowRounds({ cluster }: RoundsDir, theirs: string): string {
  const relative = path.posix.relative(cluster, theirs);
  const isInside = relative !== '' && !relative.startsWith('..') && !path.posix.isAbsolute(relative);
  if (isInside) return relative;
  throw new MendloopError('cluster_refused', 'the round directory is not below rounds_dir of its cluster');
}

/** Where this machine sees a path of the cluster. */
export function pathHere(roundsDir: RoundsDir, theirs: string): string {
  return path.join(roundsDir.app, belowRounds(roundsDir, theirs));
}

/** Folder of the output that a scheduler keeps of an attempt, relative to the round directory. */
export function outputFolder(attempt: number): string {
  return path.posix.join('attempts', String(attempt).padStart(4, '0'), 'native');
}

/** Key of a job: round and attempt are in it, so that its files are found by its name alone. */
export function attemptOfKey(key: string): { readonly round_id: string; readonly attempt: number } | null {
  const found = /^mendloop-(.+)-a(\d+)$/.exec(key);
  return found?.[1] === undefined ? null : { round_id: found[1], attempt: Number(found[2]) };
}
