import { MendloopError } from '../../domain/errors.ts';

/** Keys become names of files, jobs and containers: anything but these characters would be somebody's mistake (or worse). */
export function checkKey(key: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,51}$/.test(key)) return key;
  throw new MendloopError('cluster_refused', 'a job key must be of a-z, 0-9 and -, at most 52 characters');
}

/** A key belongs to one specification, always (docs/contracts/clusters.md#jobs). */
export function checkSameSpec(key: string, known: string | null | undefined, ours: string): void {
  if (known === ours) return;
  throw new MendloopError('cluster_refused', `another round runs under the key ${key}`);
}
