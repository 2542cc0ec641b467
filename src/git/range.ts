import type { Sha } from '../domain/ids.ts';
import { type GitContext, runGit } from './run-git.ts';

/** Commits that `head` has and `base` has not, oldest first in history; at most the `limit` newest. */
export async function commitsBetween(
  context: GitContext,
  base: Sha,
  head: Sha,
  limit: number,
): Promise<Sha[]> {
  const args = ['rev-list', '--topo-order', `--max-count=${limit}`, head, `^${base}`];
  const { output } = await runGit(context, args);
  const shas = output.toString('latin1').split('\n').filter(Boolean) as Sha[];
  return shas.reverse();
}
