import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MendloopError } from '../domain/errors.ts';
import { pause } from '../time/poll-until.ts';
import { GitLocked } from './run-git.ts';

const attempts = 40;
const pauseMs = 250;
/** Our git commands hold such locks for moments: an older lock is left of a machine that stopped. */
const staleMs = 10 * 60_000;

/**
 * Runs a command that takes git's own locks, and retries it for 10 s while another git holds a lock: any number of
 * processes may share a mirror. Throws `git_failed` after that, and `cancelled` after the signal.
 */
export async function whileLocked<T>(
  directory: string,
  signal: AbortSignal | undefined,
  run: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof GitLocked)) throw error;
      if (attempt === attempts)
        throw new MendloopError('git_failed', 'the mirror stayed locked', { cause: error });
      if (attempt === 1) await removeStaleLocks(directory, Date.now() - staleMs);
      await pause(pauseMs, signal);
      if (signal?.aborted === true)
        throw new MendloopError('cancelled', 'waiting for a mirror was cancelled');
    }
  }
}

/** Removes the locks that were created before `olderThan` (milliseconds since 1970). Returns their number. */
export async function removeStaleLocks(directory: string, olderThan: number): Promise<number> {
  let removed = 0;
  const locks = (await readdir(join(directory, 'refs'), { recursive: true })).map((name) =>
    join('refs', name),
  );
  for (const name of [...locks, 'packed-refs.lock', 'config.lock'].filter((name) => name.endsWith('.lock'))) {
    const path = join(directory, name);
    const createdAt = (await stat(path).catch(() => null))?.mtimeMs;
    if (createdAt === undefined || createdAt >= olderThan) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  return removed;
}
