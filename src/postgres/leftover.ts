import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Place } from './paths.ts';
import type { PostmasterFile } from './server-state.ts';

/**
 * Removes the `postmaster.pid` of a server that is dead but that PostgreSQL would take for alive: its pid is a zombie
 * that nobody collects, or was given to another program. Only when the kernel says that no process of that run is
 * left: two servers on one folder would destroy it. False when that is not known to be so.
 */
export async function removeLeftover(place: Place, run: PostmasterFile): Promise<boolean> {
  if (run.segment === null || process.platform !== 'linux') return false;
  const segments = await readFile('/proc/sysvipc/shm', 'utf8').catch(() => null);
  if (segments === null || attachedProcesses(segments, run.segment) !== 0) return false;
  await rm(join(place.data, 'postmaster.pid'), { force: true });
  return true;
}

/** From the kernel's table (key, id, permissions, size, creator, last, attached, …); 0 when the segment is gone. */
export function attachedProcesses(table: string, segment: number): number {
  for (const line of table.split('\n').slice(1)) {
    const [, id, , , , , attached] = line.trim().split(/\s+/);
    if (Number(id) === segment) return Number(attached);
  }
  return 0;
}
