import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { removeFolder } from '../round/files/purged-folders.ts';

/** Beside the round directories, finished or not: it holds rows of repositories as they do. */
const ownName = /^\.?eval-[0-9a-f]{12}$/;

export function evaluationId(): string {
  return `eval-${randomBytes(6).toString('hex')}`;
}

/** All of them: whoever waits for one that a purge takes away is told so. */
export async function removeEvaluations(rounds: string): Promise<void> {
  const names = await readdir(rounds).catch(() => []);
  for (const name of names) if (ownName.test(name)) await removeFolder(path.join(rounds, name));
}
