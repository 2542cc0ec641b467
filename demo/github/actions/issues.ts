import { MendloopError } from '../../../src/domain/errors.ts';
import type { Core } from '../core.ts';
import { commentShape, issueShape } from '../shapes/issue.ts';
import type { JsonObject } from '../shapes/json.ts';
import { issueNumbered, repositoryNamed } from '../state/store.ts';
import type { Account, Comment, Issue, Label, Repository } from '../state/types.ts';
import { emit } from '../webhooks/emit.ts';
import { actorAccount, timeOf, type Actor, type Timed } from './actors.ts';
import { addLabel } from './labels.ts';
import { noteReferences } from './links.ts';

export interface OpenIssue extends Timed {
  readonly repo: string;
  readonly title: string;
  readonly body?: string | null;
  readonly author: Actor;
  /** The next free number of the repository when left out. */
  readonly number?: number;
  readonly labels?: readonly string[];
}

export interface OpenedIssue {
  readonly id: number;
  readonly number: number;
}

export function openIssue(core: Core, input: OpenIssue): OpenedIssue {
  const at = timeOf(core, input);
  const repository = repositoryNamed(core.store, input.repo);
  const author = actorAccount(core, input.author, at);
  const number = takeNumber(repository, input.number);
  const labels = (input.labels ?? []).map((name) => addLabel(core, repository, name));
  const issue = newIssue(core, repository, number, author, at, {
    title: input.title,
    body: input.body ?? null,
    labels,
  });
  repository.issues.set(number, issue);
  noteReferences(core, repository, issue, `${issue.title}\n${issue.body ?? ''}`, author, at);
  announceIssue(core, repository, issue, 'opened', author);
  return { id: issue.id, number };
}

/** Issues and pull requests share one sequence. Throws `input_invalid` for a number that is taken. */
export function takeNumber(repository: Repository, wanted: number | undefined): number {
  const number = wanted ?? repository.lastNumber + 1;
  if (repository.issues.has(number)) throw new MendloopError('input_invalid', `number ${number} is taken`);
  repository.lastNumber = Math.max(repository.lastNumber, number);
  return number;
}

export function newIssue(
  core: Core,
  repository: Repository,
  number: number,
  user: Account,
  at: Date,
  text: { readonly title: string; readonly body: string | null; readonly labels?: Label[] },
): Issue & { readonly pull: null } {
  return {
    id: core.store.nextId(),
    number,
    repositoryId: repository.id,
    user,
    createdAt: at,
    title: text.title,
    body: text.body,
    state: 'open',
    stateReason: null,
    updatedAt: at,
    closedAt: null,
    closedBy: null,
    labels: text.labels ?? [],
    comments: [],
    timeline: [],
    pull: null,
  };
}

export interface IssueAction extends Timed {
  readonly repo: string;
  readonly number: number;
  readonly actor: Actor;
}

export function editIssue(
  core: Core,
  input: IssueAction & { readonly title?: string; readonly body?: string },
): void {
  const { repository, issue, actor, at } = begin(core, input);
  const changes: Record<string, JsonObject> = {};
  if (input.title !== undefined && input.title !== issue.title) {
    changes['title'] = { from: issue.title };
    issue.timeline.push({
      at,
      id: core.store.nextId(),
      kind: 'renamed',
      actor,
      from: issue.title,
      to: input.title,
    });
    issue.title = input.title;
  }
  if (input.body !== undefined && input.body !== issue.body) {
    changes['body'] = { from: issue.body ?? '' };
    issue.body = input.body;
    noteReferences(core, repository, issue, input.body, actor, at);
  }
  announceIssue(core, repository, issue, 'edited', actor, { changes });
}

export function labelIssue(core: Core, input: IssueAction & { readonly label: string }): void {
  const { repository, issue, actor, at } = begin(core, input);
  const label = addLabel(core, repository, input.label);
  if (issue.labels.some((present) => present.id === label.id)) return;
  issue.labels.push(label);
  issue.timeline.push({ at, id: core.store.nextId(), kind: 'labeled', actor, label });
  announceIssue(core, repository, issue, 'labeled', actor, {
    label: { id: label.id, name: label.name, color: label.color, description: label.description },
  });
}

export function closeIssue(
  core: Core,
  input: IssueAction & { readonly reason?: 'completed' | 'not_planned' },
): void {
  const { repository, issue, actor, at } = begin(core, input);
  markClosed(core, repository, issue, actor, at, null, input.reason ?? 'completed');
}

/** `commitId` is the merge commit when a merge closed it. Does nothing to an issue that is closed. */
export function markClosed(
  core: Core,
  repository: Repository,
  issue: Issue,
  actor: Account,
  at: Date,
  commitId: string | null,
  reason: 'completed' | 'not_planned' = 'completed',
): void {
  if (issue.state === 'closed') return;
  issue.state = 'closed';
  issue.stateReason = reason;
  issue.closedAt = at;
  issue.closedBy = actor;
  issue.updatedAt = at;
  issue.timeline.push({ at, id: core.store.nextId(), kind: 'closed', actor, commitId });
  announceIssue(core, repository, issue, 'closed', actor);
}

export function reopenIssue(core: Core, input: IssueAction): void {
  const { repository, issue, actor, at } = begin(core, input);
  issue.state = 'open';
  issue.stateReason = 'reopened';
  issue.closedAt = null;
  issue.closedBy = null;
  issue.timeline.push({ at, id: core.store.nextId(), kind: 'reopened', actor, commitId: null });
  announceIssue(core, repository, issue, 'reopened', actor);
}

/** Afterwards the issue answers 410. */
export function deleteIssue(core: Core, input: IssueAction): void {
  const { repository, issue, actor } = begin(core, input);
  repository.issues.delete(issue.number);
  repository.goneIssues.add(issue.number);
  announceIssue(core, repository, issue, 'deleted', actor);
}

export interface CommentIssue extends Timed {
  readonly repo: string;
  readonly number: number;
  readonly author: Actor;
  readonly body: string;
}

/** Comments on an issue or on a pull request's conversation. */
export function commentIssue(core: Core, input: CommentIssue): { readonly id: number } {
  const { repository, issue, actor, at } = begin(core, { ...input, actor: input.author });
  const comment: Comment = {
    id: core.store.nextId(),
    user: actor,
    createdAt: at,
    updatedAt: at,
    body: input.body,
  };
  issue.comments.push(comment);
  issue.timeline.push({ at, id: core.store.nextId(), kind: 'commented', comment });
  noteReferences(core, repository, issue, input.body, actor, at);
  announceComment(core, repository, issue, comment, 'created', actor);
  return { id: comment.id };
}

export interface CommentAction extends IssueAction {
  readonly commentId: number;
}

export function editComment(core: Core, input: CommentAction & { readonly body: string }): void {
  const { repository, issue, actor, at } = begin(core, input);
  const comment = commentNumbered(issue, input.commentId);
  const changes = { body: { from: comment.body } };
  comment.body = input.body;
  comment.updatedAt = at;
  announceComment(core, repository, issue, comment, 'edited', actor, { changes });
}

export function deleteComment(core: Core, input: CommentAction): void {
  const { repository, issue, actor } = begin(core, input);
  const comment = commentNumbered(issue, input.commentId);
  issue.comments.splice(issue.comments.indexOf(comment), 1);
  const index = issue.timeline.findIndex(
    (entry) => entry.kind === 'commented' && entry.comment.id === comment.id,
  );
  issue.timeline.splice(index, 1);
  announceComment(core, repository, issue, comment, 'deleted', actor);
}

export function announceIssue(
  core: Core,
  repository: Repository,
  issue: Issue,
  action: string,
  sender: Account,
  extra: JsonObject = {},
): void {
  emit(core, repository, { event: 'issues', action, sender }, () => ({
    issue: issueShape(core.urls, repository, issue),
    ...extra,
  }));
}

function announceComment(
  core: Core,
  repository: Repository,
  issue: Issue,
  comment: Comment,
  action: string,
  sender: Account,
  extra: JsonObject = {},
): void {
  emit(core, repository, { event: 'issue_comment', action, sender }, () => ({
    issue: issueShape(core.urls, repository, issue),
    comment: commentShape(core.urls, repository, issue, comment),
    ...extra,
  }));
}

function commentNumbered(issue: Issue, id: number): Comment {
  const comment = issue.comments.find((candidate) => candidate.id === id);
  if (comment === undefined) throw new MendloopError('not_found', `no comment ${id}`);
  return comment;
}

interface Begun {
  readonly repository: Repository;
  readonly issue: Issue;
  readonly actor: Account;
  readonly at: Date;
}

function begin(core: Core, input: IssueAction): Begun {
  const at = timeOf(core, input);
  const repository = repositoryNamed(core.store, input.repo);
  const issue = issueNumbered(repository, input.number);
  issue.updatedAt = at;
  return { repository, issue, actor: actorAccount(core, input.actor, at), at };
}
