import { readFile, stat } from 'node:fs/promises';
import { MendloopError } from '../domain/errors.ts';

/** The account that the server runs as when we are root; PostgreSQL refuses to run as root. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The owner of an initialised data folder, else `postgres`, else `nobody`. Null: run as ourselves, we are not root.
 * Throws `database_start_failed` when the folder belongs to somebody else or no such account exists.
 */
export async function serverIdentity(data: string): Promise<Identity | null> {
  const self = process.geteuid?.() ?? 0;
  const owner = await stat(data).catch(() => null);
  if (self !== 0) return refuseForeign(owner, self);
  if (owner !== null && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const accounts = parsePasswd(await readFile('/etc/passwd', 'utf8'));
  const identity = accounts.get('postgres') ?? accounts.get('nobody');
  if (identity !== undefined) return identity;
  throw new MendloopError(
    'database_start_failed',
    'PostgreSQL may not run as root and no account `nobody` exists.',
  );
}

function refuseForeign(owner: Identity | null, self: number): null {
  if (owner === null || owner.uid === self) return null;
  throw new MendloopError(
    'database_start_failed',
    `The data folder belongs to the account ${owner.uid}, this process runs as ${self}.`,
  );
}

/** Account name → ids, of accounts that are not root's. */
export function parsePasswd(text: string): Map<string, Identity> {
  const accounts = new Map<string, Identity>();
  for (const line of text.split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (!name || !/^\d+$/.test(uid ?? '') || !/^\d+$/.test(gid ?? '') || Number(uid) === 0) continue;
    accounts.set(name, { uid: Number(uid), gid: Number(gid) });
  }
  return accounts;
}
