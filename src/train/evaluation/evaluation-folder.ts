import { randomBytes } from 'node:crypto';
import type { RoundFiles } from '../../domain/ports/round-files.ts';

/** Beside the round directories, finished or not: it holds rows of repositories as they do. */
const ownName = /^\.?eval-[0-9a-f]{12}$/;

export function evaluationId(): string {
  return `eval-${randomBytes(6).toString('hex')}`;
}

/** Removes every evaluation under way: the commands that wait for them end with `cancelled`. */
export async function removeEvaluations(files: RoundFiles): Promise<void> {
  for (const name of await files.list('')) if (ownName.test(name)) await files.remove(name);
}
