import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { MendloopError } from '../domain/errors.ts';
import { GitLocked } from './run-git.ts';

const attempts = 40;
const pauseMilliseconds = 250;
/** No git of ours holds a lock on a reference for more than a moment: one this old was left by a machine that stopped. */
const staleMilliseconds = 10 * 60_000;

/**
 * Runs a command that takes git's own locks, so that any number of processes may share a mirror: where another git
 * holds one, it is tried again for 10 s. Raises `git_failed` after that.
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
      if (attempt === 1) await removeStaleLocks(directory, Date.now() - staleMilliseconds);
      await pause(signal);
    }
  }
}

/** Removes the locks that were made before `olderThan` (milliseconds of the epoch). */
export async function removeStaleLocks(directory: string, olderThan: number): Promise<number> {
  let removed = 0;
  const locks = (await readdir(join(directory, 'refs'), { recursive: true })).map((name) =>
    join('refs', name),
  );
  for (const name of [...locks, 'packed-refs.lock', 'config.lock'].filter((name) => name.endsWith('.lock'))) {
    const path = join(directory, name);
    const made = (await stat(path).catch(() => null))?.mtimeMs;
    if (made === undefined || made >= olderThan) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  return removed;
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  try {
    await wait(pauseMilliseconds, undefined, { signal });
  } catch (error) {
    throw new MendloopError('cancelled', 'waiting for a mirror was cancelled', { cause: error });
  }
}
