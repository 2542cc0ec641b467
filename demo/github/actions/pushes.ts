import type { Core } from '../core.ts';
import { pushedCommits } from '../git/pushes.ts';
import { deleteRef, fetchInto, isAncestor, refSha } from '../git/store.ts';
import { pushShape } from '../shapes/push.ts';
import { isPull, repositoryNamed } from '../state/store.ts';
import type { Account, Issue, PullIssue, Repository } from '../state/types.ts';
import { emit, listenersTo } from '../webhooks/emit.ts';
import { actorAccount, timeOf, type Actor, type Timed } from './actors.ts';
import { closeUnmerged } from './close-pull.ts';
import { refreshLicense } from './repositories.ts';
import { synchronize } from './synchronize.ts';

export const noCommit = '0'.repeat(40);

export interface PushBranch extends Timed {
  readonly repo: string;
  readonly branch: string;
  readonly sha: string;
  /** Any git directory that has the commit; the repository itself when left out. */
  readonly fromGit?: string;
  /** The owner when left out. */
  readonly actor?: Actor;
}

/** Points a branch at a commit, backwards too. Open pull requests from that branch are synchronized. */
export async function pushBranch(core: Core, input: PushBranch): Promise<{ readonly before: string }> {
  const at = timeOf(core, input);
  const repository = repositoryNamed(core.store, input.repo);
  const actor = input.actor === undefined ? repository.owner : actorAccount(core, input.actor, at);
  const dir = core.git.pathOf(repository.id);
  const ref = `refs/heads/${input.branch}`;
  const before = await core.alone(repository.id, async () => {
    const old = (await refSha(dir, ref)) ?? noCommit;
    await fetchInto(dir, input.fromGit ?? dir, input.sha, ref);
    return old;
  });
  await afterPush(core, repository, { ref, before, after: input.sha }, actor, at);
  return { before };
}

export interface RefChange {
  /** `refs/heads/main` */
  readonly ref: string;
  readonly before: string;
  readonly after: string;
}

/** Tells the world that a branch or a tag has moved, however it was moved. */
export async function afterPush(
  core: Core,
  repository: Repository,
  change: RefChange,
  actor: Account,
  at: Date,
): Promise<void> {
  if (change.before === change.after) return;
  repository.pushedAt = at;
  announceRef(core, repository, change, actor);
  await announcePush(core, repository, change, actor);
  if (!change.ref.startsWith('refs/heads/')) return;
  const branch = change.ref.slice('refs/heads/'.length);
  if (branch === repository.defaultBranch) await refreshLicense(core, repository);
  for (const [base, issue] of openPullsFrom(core, repository, branch)) {
    if (change.after === noCommit) closeUnmerged(core, base, issue, actor, at);
    else await synchronize(core, base, issue, change.after, actor, at);
  }
}

export interface DeleteBranch extends Timed {
  readonly repo: string;
  readonly branch: string;
  readonly actor?: Actor;
}

/** Open pull requests from the branch are closed. */
export async function deleteBranch(core: Core, input: DeleteBranch): Promise<void> {
  const at = timeOf(core, input);
  const repository = repositoryNamed(core.store, input.repo);
  const actor = input.actor === undefined ? repository.owner : actorAccount(core, input.actor, at);
  const dir = core.git.pathOf(repository.id);
  const ref = `refs/heads/${input.branch}`;
  const before = (await refSha(dir, ref)) ?? noCommit;
  await core.alone(repository.id, () => deleteRef(dir, ref));
  for (const issue of pullsFrom(core, repository, input.branch).map(([, pull]) => pull)) {
    issue.timeline.push({ at, id: core.store.nextId(), kind: 'head_ref_deleted', actor, commitId: null });
  }
  await afterPush(core, repository, { ref, before, after: noCommit }, actor, at);
}

function announceRef(core: Core, repository: Repository, change: RefChange, sender: Account): void {
  const made = change.before === noCommit;
  if (!made && change.after !== noCommit) return;
  const branch = change.ref.startsWith('refs/heads/');
  emit(core, repository, { event: made ? 'create' : 'delete', action: null, sender }, () => ({
    ref: change.ref.replace(/^refs\/(heads|tags)\//, ''),
    ref_type: branch ? 'branch' : 'tag',
    ...(made ? { master_branch: repository.defaultBranch, description: repository.description } : {}),
    pusher_type: 'user',
  }));
}

async function announcePush(
  core: Core,
  repository: Repository,
  change: RefChange,
  sender: Account,
): Promise<void> {
  if (listenersTo(core, repository, 'push').length === 0) return;
  const dir = core.git.pathOf(repository.id);
  const moved = change.before !== noCommit && change.after !== noCommit;
  const forced = moved && !(await isAncestor(dir, change.before, change.after));
  const commits = await pushedCommits(dir, change.before, change.after);
  emit(core, repository, { event: 'push', action: null, sender }, () =>
    pushShape(core.urls, repository, { ...change, forced, commits, pusher: sender }),
  );
}

function openPullsFrom(core: Core, head: Repository, branch: string): [Repository, PullIssue][] {
  return pullsFrom(core, head, branch).filter(([, issue]) => issue.state === 'open');
}

/** Pull requests come from the repository itself or from a direct fork of it. */
function pullsFrom(core: Core, head: Repository, branch: string): [Repository, PullIssue][] {
  const parent = head.forkOf === null ? undefined : core.store.repositories.get(head.forkOf);
  const found: [Repository, PullIssue][] = [];
  for (const base of parent === undefined ? [head] : [head, parent]) {
    for (const issue of base.issues.values()) if (comesFrom(issue, head, branch)) found.push([base, issue]);
  }
  return found;
}

function comesFrom(issue: Issue, head: Repository, branch: string): issue is PullIssue {
  return isPull(issue) && issue.pull.headRepositoryId === head.id && issue.pull.headBranch === branch;
}
