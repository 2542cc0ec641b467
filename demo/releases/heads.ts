import { git } from './git.ts';
import { type Hunk, parseHunks } from './hunks.ts';
import { halfOfHunks, modifiedSources, sourceOnly } from './partial.ts';
import type { Tree } from './tarball.ts';

/** A release and the one before it, written as commits at these refs. */
interface ReleasePair {
  readonly base: Tree;
  readonly release: Tree;
  readonly baseRef: string;
  readonly releaseRef: string;
}

/** How a change came about: `unfinished` states in order, each honest about what it lacks, then the release. */
export interface Unfinished {
  /** Half of the source hunks; null where there is only one. */
  readonly half: Tree | null;
  /** Source without tests, changelog and the rest; null where the release changes nothing else. */
  readonly source: Tree | null;
}

export async function unfinishedStates(
  dir: string,
  pair: ReleasePair,
  signal: AbortSignal,
): Promise<Unfinished> {
  const hunks = new Map<string, Hunk[]>();
  for (const path of modifiedSources(pair.base, pair.release)) {
    const range = [pair.baseRef, pair.releaseRef, '--', path];
    const args = ['diff', '-U0', '--text', '--no-color', '--no-ext-diff', '--no-renames', ...range];
    hunks.set(path, parseHunks((await git(dir, args, { signal })).toString('latin1')));
  }
  return { half: halfOfHunks(pair.base, hunks), source: sourceOnly(pair.base, pair.release) };
}

/** One, two or three pushes by turns; fewer where a state does not exist. `turn` counts changes from 0. */
export function pushedBefore({ half, source }: Unfinished, turn: number): Tree[] {
  const byTurn = [[half], [], [half, source], [source]];
  return (byTurn[turn % byTurn.length] ?? []).filter((tree) => tree !== null);
}
