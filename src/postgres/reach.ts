import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Identity } from './account.ts';

interface Permissions extends Identity {
  readonly mode: number;
}

/** Whether the account may pass through a folder. Access lists are not read: the answer can be too strict, never too lax. */
export function mayEnter(folder: Permissions, identity: Identity): boolean {
  if (folder.uid === identity.uid) return (folder.mode & 0o100) !== 0;
  if (folder.gid === identity.gid) return (folder.mode & 0o010) !== 0;
  return (folder.mode & 0o001) !== 0;
}

/** The topmost existing folder on the way to `path` (itself included) that the account may not enter; null when none. */
export async function closedFolder(path: string, identity: Identity): Promise<string | null> {
  for (const folder of ancestors(resolve(path))) {
    const found = await stat(folder).catch(() => null);
    if (found === null) return null;
    if (!mayEnter(found, identity)) return folder;
  }
  return null;
}

function ancestors(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [...ancestors(parent), path];
}
