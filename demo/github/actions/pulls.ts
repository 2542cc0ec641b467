import { MendloopError } from '../../../src/domain/errors.ts';
import type { Core } from '../core.ts';
import type { JsonObject } from '../shapes/json.ts';
import { labelShape } from '../shapes/repository.ts';
import { pullNumbered, repositoryNamed } from '../state/store.ts';
import type { Account, PullIssue, Repository } from '../state/types.ts';
import { actorAccount, timeOf, type Actor, type Timed } from './actors.ts';
import { announcePull } from './announce-pull.ts';
import { closeUnmerged } from './close-pull.ts';
import { commentIssue, type CommentIssue } from './comments.ts';
import { addLabel } from './labels.ts';
import { noteReferences } from './links.ts';
import { pushBranch } from './pushes.ts';

export interface PullAction extends Timed {
  readonly repo: string;
  readonly number: number;
  readonly actor: Actor;
}

export interface PushToPull extends Timed {
  readonly repo: string;
  readonly number: number;
  readonly sha: string;
  readonly fromGit?: string;
  /** The author when left out. */
  readonly actor?: Actor;
}

/** Pushes a new head to the pull request's branch, by force when it is no descendant. */
export async function pushToPull(core: Core, input: PushToPull): Promise<void> {
  const issue = pullNumbered(repositoryNamed(core.store, input.repo), input.number);
  const head = core.store.repositories.get(issue.pull.headRepositoryId);
  if (head === undefined) throw new MendloopError('not_found', 'the fork of this pull request was deleted');
  const actor = input.actor ?? issue.user.login;
  await pushBranch(core, {
    ...input,
    repo: `${head.owner.login}/${head.name}`,
    branch: issue.pull.headBranch,
    actor,
  });
}

/** A comment on the conversation; comments on lines come with a review. */
export function commentPull(core: Core, input: CommentIssue): { readonly id: number } {
  pullNumbered(repositoryNamed(core.store, input.repo), input.number);
  return commentIssue(core, input);
}

export function editPull(
  core: Core,
  input: PullAction & { readonly title?: string; readonly body?: string },
): void {
  const { repository, issue, actor, at } = begin(core, input);
  const changes: Record<string, JsonObject> = {};
  if (input.title !== undefined) {
    changes['title'] = { from: issue.title };
    issue.title = input.title;
  }
  if (input.body !== undefined) {
    changes['body'] = { from: issue.body ?? '' };
    issue.body = input.body;
    noteReferences(core, repository, issue, input.body, actor, at);
  }
  announcePull(core, repository, issue, 'edited', actor, { changes });
}

export function closePull(core: Core, input: PullAction): void {
  const { repository, issue, actor, at } = begin(core, input);
  closeUnmerged(core, repository, issue, actor, at);
}

export function reopenPull(core: Core, input: PullAction): void {
  const { repository, issue, actor, at } = begin(core, input);
  if (issue.pull.mergedAt !== null)
    throw new MendloopError('input_invalid', 'a merged pull request stays closed');
  issue.state = 'open';
  issue.closedAt = null;
  issue.closedBy = null;
  issue.timeline.push({ at, id: core.store.nextId(), kind: 'reopened', actor, commitId: null });
  announcePull(core, repository, issue, 'reopened', actor);
}

export function labelPull(core: Core, input: PullAction & { readonly label: string }): void {
  const { repository, issue, actor, at } = begin(core, input);
  const label = addLabel(core, repository, input.label);
  issue.labels.push(label);
  issue.timeline.push({ at, id: core.store.nextId(), kind: 'labeled', actor, label });
  announcePull(core, repository, issue, 'labeled', actor, {
    label: labelShape(core.urls, repository, label),
  });
}

function begin(
  core: Core,
  input: PullAction,
): { repository: Repository; issue: PullIssue; actor: Account; at: Date } {
  const at = timeOf(core, input);
  const repository = repositoryNamed(core.store, input.repo);
  const issue = pullNumbered(repository, input.number);
  issue.updatedAt = at;
  return { repository, issue, actor: actorAccount(core, input.actor, at), at };
}
