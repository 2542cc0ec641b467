import { open, readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { MendloopError } from '../domain/errors.ts';

/** The account that the server runs as when this process is root: PostgreSQL refuses to run as root. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

interface FolderPermissions extends ServerAccount {
  readonly mode: number;
}

/** How a program of PostgreSQL reaches the data folder. */
export interface DataAccess {
  /** The value of `-D`. */
  readonly argument: string;
  /** Folders that the program inherits open, as descriptors 3 and up. */
  readonly descriptors: readonly number[];
}

/**
 * The owner of an initialised data folder, else `postgres`, else `nobody`. Null when this process is not root.
 * Throws `database_start_failed` when the folder belongs to another account or no such account exists.
 */
export async function serverAccount(data: string): Promise<ServerAccount | null> {
  const self = process.geteuid?.() ?? 0;
  const owner = await stat(data).catch(() => null);
  if (self !== 0) return refuseForeignFolder(owner, self);
  if (owner !== null && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const accounts = parsePasswd(await readFile('/etc/passwd', 'utf8'));
  const account = accounts.get('postgres') ?? accounts.get('nobody');
  if (account !== undefined) return account;
  throw new MendloopError(
    'database_start_failed',
    'PostgreSQL may not run as root and no account `nobody` exists.',
  );
}

function refuseForeignFolder(owner: ServerAccount | null, self: number): null {
  if (owner === null || owner.uid === self) return null;
  throw new MendloopError(
    'database_start_failed',
    `The data folder belongs to the account ${owner.uid}, this process runs as ${self}.`,
  );
}

/** Account name → ids, without root's accounts. */
export function parsePasswd(text: string): Map<string, ServerAccount> {
  const accounts = new Map<string, ServerAccount>();
  for (const line of text.split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (!name || !/^\d+$/.test(uid ?? '') || !/^\d+$/.test(gid ?? '') || Number(uid) === 0) continue;
    accounts.set(name, { uid: Number(uid), gid: Number(gid) });
  }
  return accounts;
}

/** Whether the account may pass through a folder. Access lists are not read: the answer can be too strict, never too lax. */
export function mayEnter(folder: FolderPermissions, account: ServerAccount): boolean {
  if (folder.uid === account.uid) return (folder.mode & 0o100) !== 0;
  if (folder.gid === account.gid) return (folder.mode & 0o010) !== 0;
  return (folder.mode & 0o001) !== 0;
}

/** The topmost existing folder on the way to `path`, including `path`, that the account may not enter; null when none. */
export async function closedFolder(path: string, account: ServerAccount): Promise<string | null> {
  for (const folder of foldersDownTo(resolve(path))) {
    const permissions = await stat(folder).catch(() => null);
    if (permissions === null) return null;
    if (!mayEnter(permissions, account)) return folder;
  }
  return null;
}

function foldersDownTo(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [...foldersDownTo(parent), path];
}

/**
 * Below a folder that the server's account may not enter, such as root's 0700 home, Linux can pass the data folder on
 * already open: `/proc/self/fd/3` needs no path, and the server's children inherit it. On other systems such a folder
 * is `database_start_failed`, and the message names it.
 */
export async function withDataAccess<T>(
  data: string,
  account: ServerAccount | null,
  use: (access: DataAccess) => Promise<T> | T,
): Promise<T> {
  const closed = account === null ? null : await closedFolder(data, account);
  if (closed === null) return use({ argument: data, descriptors: [] });
  if (process.platform !== 'linux') throw unreachableFolder(closed);
  await using folder = await open(data, 'r');
  return await use({ argument: '/proc/self/fd/3', descriptors: [folder.fd] });
}

function unreachableFolder(closed: string): MendloopError {
  return new MendloopError(
    'database_start_failed',
    `PostgreSQL does not run as root, and its account may not enter ${closed}: choose another MENDLOOP_HOME.`,
  );
}
