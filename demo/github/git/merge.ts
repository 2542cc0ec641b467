import { MendloopError } from '../../../src/domain/errors.ts';
import { readCommits, type CommitFact, type Signature } from './commits.ts';
import { git, gitText } from './run.ts';

interface CommitInput {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: Signature;
  readonly committer: Signature;
}

export type MergeMethod = 'merge' | 'squash' | 'rebase';

export interface MergeInput {
  readonly base: string;
  readonly head: string;
  readonly mergeBase: string;
  readonly message: string;
  readonly author: Signature;
  readonly committer: Signature;
}

/** Makes the commit that merging leaves at the tip of the base branch. Throws `input_invalid` on a conflict. */
export async function makeMerge(dir: string, method: MergeMethod, input: MergeInput): Promise<string> {
  if (method === 'rebase') return rebase(dir, input);
  const tree = await mergedTree(dir, input.base, input.head);
  const parents = method === 'merge' ? [input.base, input.head] : [input.base];
  return commitTree(dir, { ...input, tree, parents });
}

/** Whether the two can be merged without a conflict. */
export async function canMerge(dir: string, base: string, head: string): Promise<boolean> {
  return (await git(dir, ['merge-tree', '--write-tree', base, head], { allow: [1] })).status === 0;
}

async function mergedTree(dir: string, base: string, head: string): Promise<string> {
  const output = await git(dir, ['merge-tree', '--write-tree', '--no-messages', base, head], { allow: [1] });
  if (output.status === 1) throw new MendloopError('input_invalid', 'the branches conflict');
  return output.stdout.toString().trim();
}

async function rebase(dir: string, input: MergeInput): Promise<string> {
  const commits = await readCommits(dir, ['--reverse', '--no-merges', `${input.mergeBase}..${input.head}`]);
  let tip = input.base;
  for (const commit of commits) tip = await replay(dir, tip, commit, input.committer);
  return tip;
}

/**
 * `merge-tree` before git 2.40 takes its merge base from history alone. So the tip's tree is first committed
 * as a sibling of the replayed commit: their common ancestor is then the replayed commit's parent.
 */
async function replay(dir: string, tip: string, commit: CommitFact, committer: Signature): Promise<string> {
  const [parent] = commit.parents;
  if (parent === undefined) throw new MendloopError('input_invalid', 'a root commit cannot be rebased');
  const treeOfTip = (await gitText(dir, ['rev-parse', `${tip}^{tree}`])).trim();
  const sibling = { ...commit, tree: treeOfTip, parents: [parent], message: 'sibling', committer };
  const tree = await mergedTree(dir, await commitTree(dir, sibling), commit.sha);
  return commitTree(dir, { ...commit, tree, parents: [tip], committer });
}

async function commitTree(dir: string, input: CommitInput): Promise<string> {
  const env = {
    GIT_AUTHOR_NAME: input.author.name,
    GIT_AUTHOR_EMAIL: input.author.email,
    GIT_AUTHOR_DATE: input.author.date,
    GIT_COMMITTER_NAME: input.committer.name,
    GIT_COMMITTER_EMAIL: input.committer.email,
    GIT_COMMITTER_DATE: input.committer.date,
  };
  const parents = input.parents.flatMap((parent) => ['-p', parent]);
  return (await gitText(dir, ['commit-tree', input.tree, ...parents], { input: input.message, env })).trim();
}
