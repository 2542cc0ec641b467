import { MendloopError } from '../../domain/errors.ts';
import type { Identity } from './identity.ts';
import { closedFolder } from './reach.ts';

/** How PostgreSQL's programs are told where the data is. */
export interface DataAccess {
  readonly argument: string;
  readonly cwd: string;
}

/**
 * Below a folder that the server's account may not enter, such as root's 0700 home, Linux can still start a program
 * *in* the data folder: it changes the folder before the account, and `/proc/self/cwd` needs no way there.
 * Elsewhere such a place is `database_start_failed`, naming the closed folder.
 */
export async function dataAccess(data: string, identity: Identity | null): Promise<DataAccess> {
  const closed = identity === null ? null : await closedFolder(data, identity);
  if (closed === null) return { argument: data, cwd: data };
  if (process.platform === 'linux') return { argument: '/proc/self/cwd', cwd: data };
  throw new MendloopError(
    'database_start_failed',
    `PostgreSQL does not run as root, and its account may not enter ${closed}: choose another MENDLOOP_HOME.`,
  );
}
