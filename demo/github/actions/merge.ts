import { MendloopError } from '../../../src/domain/errors.ts';
import type { Core } from '../core.ts';
import { readCommits, type CommitFact, type Signature } from '../git/commits.ts';
import { makeMerge, type MergeMethod } from '../git/merge.ts';
import { branchSha, updateRef } from '../git/store.ts';
import { iso } from '../shapes/json.ts';
import { isPull, pullNumbered, repositoryNamed } from '../state/store.ts';
import type { Account, PullIssue, Repository } from '../state/types.ts';
import { actorAccount, timeOf, type Actor, type Timed } from './actors.ts';
import { announcePull } from './announce-pull.ts';
import { markPullClosed } from './close-pull.ts';
import { markClosed } from './issues.ts';
import { closedBy, closingIssues } from './links.ts';
import { afterPush } from './pushes.ts';

export interface MergePull extends Timed {
  readonly repo: string;
  readonly number: number;
  /** `merge` when left out. */
  readonly method?: MergeMethod;
  /** The owner when left out. */
  readonly actor?: Actor;
  readonly title?: string;
}

/**
 * Merges a pull request and closes what it fixes. The commits are the same for the same `at`.
 * Throws `input_invalid` when it is not open or conflicts with its base.
 */
export async function mergePull(core: Core, input: MergePull): Promise<{ readonly mergeCommitSha: string }> {
  const at = timeOf(core, input);
  const repository = repositoryNamed(core.store, input.repo);
  const issue = pullNumbered(repository, input.number);
  if (issue.state !== 'open') throw new MendloopError('input_invalid', 'the pull request is not open');
  const actor = input.actor === undefined ? repository.owner : actorAccount(core, input.actor, at);
  const ref = `refs/heads/${issue.pull.baseBranch}`;
  const commits = await commitsOf(core, repository, issue);
  const { before, after } = await core.alone(repository.id, async () => {
    const dir = core.git.pathOf(repository.id);
    const base = await branchSha(dir, issue.pull.baseBranch);
    const merged = await makeMerge(dir, input.method ?? 'merge', {
      base,
      head: issue.pull.headSha,
      mergeBase: issue.pull.mergeBase,
      message: messageFor(input, issue, commits),
      author: signature(actor.login, at),
      committer: signature('loopback', at),
    });
    await updateRef(dir, ref, merged);
    return { before: base, after: merged };
  });
  markMerged(core, issue, actor, at, after);
  announcePull(core, repository, issue, 'closed', actor);
  closeFixed(core, repository, issue, commits, actor, at);
  await afterPush(core, repository, { ref, before, after }, actor, at);
  return { mergeCommitSha: after };
}

function commitsOf(core: Core, repository: Repository, issue: PullIssue): Promise<CommitFact[]> {
  const { mergeBase, headSha } = issue.pull;
  return readCommits(core.git.pathOf(repository.id), ['--reverse', `${mergeBase}..${headSha}`]);
}

function markMerged(core: Core, issue: PullIssue, actor: Account, at: Date, mergeCommitSha: string): void {
  issue.pull.mergedAt = at;
  issue.pull.mergedBy = actor;
  issue.pull.mergeCommitSha = mergeCommitSha;
  issue.timeline.push({ at, id: core.store.nextId(), kind: 'merged', actor, commitId: mergeCommitSha });
  markPullClosed(core, issue, actor, at);
}

/** Keywords act on the default branch only; in commit messages they close without linking. */
function closeFixed(
  core: Core,
  repository: Repository,
  issue: PullIssue,
  commits: readonly CommitFact[],
  actor: Account,
  at: Date,
): void {
  const targets = closingIssues(core, repository, issue);
  if (issue.pull.baseBranch === repository.defaultBranch) {
    for (const commit of commits) targets.push(...closedBy(core, repository, commit.message));
  }
  for (const target of targets) {
    if (!isPull(target.issue))
      markClosed(core, target.repository, target.issue, actor, at, issue.pull.mergeCommitSha);
  }
}

function messageFor(input: MergePull, issue: PullIssue, commits: readonly CommitFact[]): string {
  const { headOwner, headBranch } = issue.pull;
  if (input.method === 'squash') {
    const title = input.title ?? `${issue.title} (#${issue.number})`;
    return [title, ...commits.map((commit) => `* ${commit.message}`)].join('\n\n');
  }
  const title = input.title ?? `Merge pull request #${issue.number} from ${headOwner.login}/${headBranch}`;
  return `${title}\n\n${issue.title}`;
}

function signature(login: string, at: Date): Signature {
  return { name: login, email: `${login.replace(/\[bot\]$/, '-bot')}@localhost`, date: iso(at) };
}
