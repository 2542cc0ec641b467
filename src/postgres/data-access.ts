import { open } from 'node:fs/promises';
import { MendloopError } from '../domain/errors.ts';
import type { Identity } from './account.ts';
import { closedFolder } from './reach.ts';

/** How one of PostgreSQL's programs is told where the data is. */
export interface DataAccess {
  /** The value of `-D`. */
  readonly argument: string;
  /** Folders to hand over already open, as descriptors 3 and up. */
  readonly descriptors: readonly number[];
}

/**
 * Below a folder that the server's account may not enter, such as root's 0700 home, Linux can still hand over the
 * data folder already open: `/proc/self/fd/3` needs no way there, and the server's children inherit it. Elsewhere
 * such a place is `database_start_failed`, naming the closed folder.
 */
export async function withDataAccess<T>(
  data: string,
  identity: Identity | null,
  use: (access: DataAccess) => Promise<T> | T,
): Promise<T> {
  const closed = identity === null ? null : await closedFolder(data, identity);
  if (closed === null) return use({ argument: data, descriptors: [] });
  if (process.platform !== 'linux') throw unreachable(closed);
  await using folder = await open(data, 'r');
  return await use({ argument: '/proc/self/fd/3', descriptors: [folder.fd] });
}

function unreachable(closed: string): MendloopError {
  return new MendloopError(
    'database_start_failed',
    `PostgreSQL does not run as root, and its account may not enter ${closed}: choose another MENDLOOP_HOME.`,
  );
}
