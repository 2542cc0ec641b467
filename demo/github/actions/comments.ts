import { MendloopError } from '../../../src/domain/errors.ts';
import type { Core } from '../core.ts';
import { commentShape, issueShape } from '../shapes/issue.ts';
import type { JsonObject } from '../shapes/json.ts';
import type { Account, Comment, Issue, Repository } from '../state/types.ts';
import { emit } from '../webhooks/emit.ts';
import type { Actor, Timed } from './actors.ts';
import { beginOnIssue, type IssueAction } from './issues.ts';
import { noteReferences } from './links.ts';

export interface CommentIssue extends Timed {
  readonly repo: string;
  readonly number: number;
  readonly author: Actor;
  readonly body: string;
}

/** Comments on an issue or on a pull request's conversation. */
export function commentIssue(core: Core, input: CommentIssue): { readonly id: number } {
  const { repository, issue, actor, at } = beginOnIssue(core, { ...input, actor: input.author });
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
  const { repository, issue, actor, at } = beginOnIssue(core, input);
  const comment = commentNumbered(issue, input.commentId);
  const changes = { body: { from: comment.body } };
  comment.body = input.body;
  comment.updatedAt = at;
  announceComment(core, repository, issue, comment, 'edited', actor, { changes });
}

export function deleteComment(core: Core, input: CommentAction): void {
  const { repository, issue, actor } = beginOnIssue(core, input);
  const comment = commentNumbered(issue, input.commentId);
  issue.comments.splice(issue.comments.indexOf(comment), 1);
  const index = issue.timeline.findIndex(
    (entry) => entry.kind === 'commented' && entry.comment.id === comment.id,
  );
  issue.timeline.splice(index, 1);
  announceComment(core, repository, issue, comment, 'deleted', actor);
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
