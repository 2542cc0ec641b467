import { MendloopError } from '../domain/errors.ts';
import type { Sha } from '../domain/ids.ts';
import { type GitContext, runGit } from './run-git.ts';

/** The fields of a commit that name no person. */
export interface CommitInfo {
  readonly sha: Sha;
  readonly parents: readonly Sha[];
  /** ISO 8601 in UTC, to the second. */
  readonly authoredAt: string;
  readonly committedAt: string;
  readonly subject: string;
}

const fields = ['%H', '%P', '%at', '%ct', '%s'];
const latestSecond = 253_402_300_799;

/** Commits by id, in the order of `shas`. Throws `git_object_missing` when a commit is not in the mirror. */
export async function commitInfo(context: GitContext, shas: readonly Sha[]): Promise<Map<Sha, CommitInfo>> {
  const commits = new Map<Sha, CommitInfo>();
  if (shas.length === 0) return commits;
  const args = [
    'log',
    '--no-walk=unsorted',
    '--no-show-signature',
    '--stdin',
    '-z',
    `--format=${fields.join('%x00')}`,
  ];
  const { output } = await runGit(context, args, { input: shas.map((sha) => `${sha}\n`).join('') });
  const values = output.toString('utf8').split('\0');
  for (let at = 0; at + fields.length <= values.length; at += fields.length) {
    const commit = commitOf(values.slice(at, at + fields.length));
    commits.set(commit.sha, commit);
  }
  return commits;
}

/** Whether the mirror holds a commit. */
export async function hasCommit(context: GitContext, sha: Sha): Promise<boolean> {
  try {
    const call = { accepted: [0, 1] };
    const { exitCode } = await runGit(context, ['rev-parse', '--quiet', '--verify', `${sha}^{commit}`], call);
    return exitCode === 0;
  } catch (error) {
    if (error instanceof MendloopError && error.code === 'git_object_missing') return false;
    throw error;
  }
}

/** The best common ancestor; null when the commits share no history. */
export async function mergeBase(context: GitContext, one: Sha, other: Sha): Promise<Sha | null> {
  const { output, exitCode } = await runGit(context, ['merge-base', one, other], { accepted: [0, 1] });
  return exitCode === 1 ? null : (output.toString('latin1').trim() as Sha);
}

/** Commits of `base..head`, oldest first; at most the `limit` newest. */
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

function commitOf(values: readonly string[]): CommitInfo {
  const [sha = '', parents = '', authored, committed, subject = ''] = values;
  return {
    sha: sha as Sha,
    parents: parents.split(' ').filter((parent) => parent !== '') as Sha[],
    authoredAt: timeOf(authored),
    committedAt: timeOf(committed),
    subject,
  };
}

/** git stores any number of seconds; a number outside the calendar becomes its nearest end. */
function timeOf(seconds: string | undefined): string {
  const clamped = Math.min(Math.max(Number(seconds) || 0, 0), latestSecond);
  return new Date(clamped * 1000).toISOString().replace('.000Z', 'Z');
}
