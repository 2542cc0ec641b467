import type { Core } from '../core.ts';
import type { Account, PullIssue, Repository } from '../state/types.ts';
import { announcePull } from './announce-pull.ts';

/** Closes a pull request without merging it. */
export function closeUnmerged(
  core: Core,
  repository: Repository,
  issue: PullIssue,
  actor: Account,
  at: Date,
): void {
  markPullClosed(core, issue, actor, at);
  announcePull(core, repository, issue, 'closed', actor);
}

export function markPullClosed(core: Core, issue: PullIssue, actor: Account, at: Date): void {
  issue.state = 'closed';
  issue.closedAt = at;
  issue.closedBy = actor;
  issue.updatedAt = at;
  issue.timeline.push({ at, id: core.store.nextId(), kind: 'closed', actor, commitId: null });
}
