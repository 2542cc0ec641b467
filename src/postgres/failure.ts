import { statfs } from 'node:fs/promises';
import { MendloopError, isMendloopError } from '../domain/errors.ts';

/** One WAL segment is 16 MiB; without room for a few the server cannot start or recover. */
const neededBytes = 64 * 2 ** 20;

/** The error for a server that does not start: `storage_full` when the disk explains it, else `database_start_failed`. */
export async function startFailure(home: string, message: string): Promise<MendloopError> {
  const { bavail, bsize } = await statfs(home);
  if (bavail * bsize >= neededBytes) return new MendloopError('database_start_failed', message);
  const free = Math.floor((bavail * bsize) / 2 ** 20);
  return new MendloopError(
    'storage_full',
    `The embedded PostgreSQL needs 64 MiB to start, ${free} MiB are free.`,
  );
}

/** Translates errors of the file system, the operating system and the server to `database_start_failed` or `storage_full`. */
export function translateStartError(error: unknown): MendloopError {
  if (isMendloopError(error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === sqlState.diskFull) {
    return new MendloopError('storage_full', 'The disk of the database is full.', { cause: error });
  }
  const message = `The embedded PostgreSQL could not be started${code === undefined ? '' : ` (${code})`}.`;
  return new MendloopError('database_start_failed', message, { cause: error });
}

export const sqlState = {
  cannotConnectNow: '57P03',
  diskFull: '53100',
  duplicateDatabase: '42P04',
  uniqueViolation: '23505',
};

/** Shut down by an administrator or a crash, starting, dropped; too many connections; unknown database. */
const refusedStates = /^(08...|28...|57P0[1-5]|53300|3D000)$/;

/**
 * Whether the connection to the server failed, so that a new attempt may succeed: another process may stop the server
 * between finding it and logging in. False for a statement that the server refused, and for our own errors.
 */
export function isConnectionFailure(error: unknown): boolean {
  if (isMendloopError(error)) return false;
  const { code } = error as { code?: unknown };
  const isOfStatement = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code);
  return !isOfStatement || refusedStates.test(code);
}
