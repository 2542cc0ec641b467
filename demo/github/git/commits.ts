import { gitText } from './run.ts';

export interface Signature {
  readonly name: string;
  readonly email: string;
  /** ISO 8601, UTC, whole seconds. */
  readonly date: string;
}

export interface CommitFact {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

const fields = ['%H', '%T', '%P', '%an', '%ae', '%at', '%cn', '%ce', '%ct', '%B'];
const format = `--format=${fields.join('%x00')}`;

/** Commits that `git log` names for these arguments, in its order. */
export async function readCommits(dir: string, args: readonly string[]): Promise<CommitFact[]> {
  const text = await gitText(dir, ['log', '-z', '--no-show-signature', format, ...args, '--']);
  if (text === '') return [];
  const parts = text.split('\0');
  const commits: CommitFact[] = [];
  for (let at = 0; at + fields.length <= parts.length; at += fields.length) {
    commits.push(commitOf(parts.slice(at, at + fields.length)));
  }
  return commits;
}

/** The commit that a name stands for, or `null` when there is none. */
export async function readCommit(dir: string, name: string): Promise<CommitFact | null> {
  const sha = await resolveCommit(dir, name);
  if (sha === null) return null;
  return (await readCommits(dir, ['-1', sha]))[0] ?? null;
}

export async function resolveCommit(dir: string, name: string): Promise<string | null> {
  if (name.startsWith('-')) return null;
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  const text = await gitText(dir, args, { allow: [1, 128] });
  return text.trim() === '' ? null : text.trim();
}

/** The best common ancestor, or `null` for unrelated histories. */
export async function mergeBaseOf(dir: string, one: string, other: string): Promise<string | null> {
  const text = await gitText(dir, ['merge-base', one, other], { allow: [1] });
  return text.trim() === '' ? null : text.trim();
}

/** How many commits each side has that the other lacks. */
export async function countApart(
  dir: string,
  base: string,
  head: string,
): Promise<{ ahead: number; behind: number }> {
  const text = await gitText(dir, ['rev-list', '--left-right', '--count', `${base}...${head}`]);
  const [behind, ahead] = text.trim().split(/\s+/).map(Number);
  return { ahead: ahead ?? 0, behind: behind ?? 0 };
}

function commitOf(parts: readonly string[]): CommitFact {
  const at = (index: number): string => parts[index] ?? '';
  return {
    sha: at(0),
    tree: at(1),
    parents: at(2) === '' ? [] : at(2).split(' '),
    author: { name: at(3), email: at(4), date: isoSeconds(Number(at(5))) },
    committer: { name: at(6), email: at(7), date: isoSeconds(Number(at(8))) },
    message: at(9).replace(/\n+$/, ''),
  };
}

function isoSeconds(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
