import { statfs } from 'node:fs/promises';
import { translateDatabaseError } from '../db/database-error.ts';
import { MendloopError, isMendloopError } from '../domain/errors.ts';
import type { Place } from './paths.ts';

/** One WAL segment is 16 MiB; without room for a few the server cannot start or recover. */
const neededBytes = 64 * 2 ** 20;

/** The typed error for a server that does not start: `storage_full` when the disk explains it. */
export async function startFailure(place: Place, message: string): Promise<MendloopError> {
  const { bavail, bsize } = await statfs(place.home);
  if (bavail * bsize >= neededBytes) return new MendloopError('database_start_failed', message);
  const free = Math.floor((bavail * bsize) / 2 ** 20);
  return new MendloopError(
    'storage_full',
    `The embedded PostgreSQL needs 64 MiB to start, ${free} MiB are free.`,
  );
}

/** What the file system, the operating system or the server threw, as `database_start_failed` or `storage_full`. */
export function translateStartError(error: unknown): MendloopError {
  const translated = translateDatabaseError(error);
  if (isMendloopError(translated) && translated.code !== 'database_unreachable') return translated;
  const { code } = error as NodeJS.ErrnoException;
  const message = `The embedded PostgreSQL could not be started${code === undefined ? '' : ` (${code})`}.`;
  return new MendloopError('database_start_failed', message, { cause: error });
}
