import type { Signature } from './commits.ts';
import { gitText } from './run.ts';

/** A commit as the `push` event describes it. */
export interface PushedCommit {
  readonly sha: string;
  readonly tree: string;
  readonly message: string;
  readonly author: Signature;
  readonly committer: Signature;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly modified: readonly string[];
}

const recordStart = '\u0002';
const headEnd = '\u0003';
const format = '--format=%x02%H%x00%T%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B%x03';
/** Keeps a push over years of history cheap: reading 2,048 commits of a large repository takes seconds. */
const mostCommits = 100;
const zeros = '0'.repeat(40);

/** The newest commits of a push, oldest first; none for a deleted branch. GitHub sends up to 2,048 of them. */
export async function pushedCommits(dir: string, before: string, after: string): Promise<PushedCommit[]> {
  if (after === zeros) return [];
  const range = before === zeros ? ['-1', after] : [`${before}..${after}`, `--max-count=${mostCommits}`];
  const args = ['log', '-z', '--reverse', '--name-status', '--no-renames', '--first-parent', '-m', format];
  const text = await gitText(dir, [...args, ...range, '--']);
  return text.split(recordStart).slice(1).map(pushedCommitOf);
}

function pushedCommitOf(record: string): PushedCommit {
  const split = record.indexOf(headEnd);
  const parts = record.slice(0, split).split('\0');
  const at = (index: number): string => parts[index] ?? '';
  return {
    sha: at(0),
    tree: at(1),
    author: { name: at(2), email: at(3), date: at(4) },
    committer: { name: at(5), email: at(6), date: at(7) },
    message: at(8).replace(/\n+$/, ''),
    ...touched(record.slice(split + 1)),
  };
}

function touched(listing: string): Pick<PushedCommit, 'added' | 'removed' | 'modified'> {
  const added: string[] = [];
  const removed: string[] = [];
  const modified: string[] = [];
  const parts = listing
    .split('\0')
    .map((part) => part.replace(/^\n/, ''))
    .filter(Boolean);
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const path = parts[at + 1] ?? '';
    if (parts[at] === 'A') added.push(path);
    else if (parts[at] === 'D') removed.push(path);
    else modified.push(path);
  }
  return { added, removed, modified };
}
