import type { Core } from '../core.ts';
import { simplePullShape } from '../shapes/pull.ts';
import { reviewCommentShape, reviewShape } from '../shapes/review.ts';
import { pullNumbered, repositoryNamed } from '../state/store.ts';
import type { PullIssue, Repository, Review, ReviewComment } from '../state/types.ts';
import { emit } from '../webhooks/emit.ts';
import { actorAccount, timeOf, type Actor, type Timed } from './actors.ts';

export interface ReviewPull extends Timed {
  readonly repo: string;
  readonly number: number;
  readonly author: Actor;
  readonly state?: Review['state'];
  readonly body?: string;
  readonly comments?: readonly LineComment[];
}

export interface LineComment {
  readonly path: string;
  readonly line: number;
  readonly body: string;
  readonly diffHunk?: string;
}

export function reviewPull(core: Core, input: ReviewPull): { readonly id: number } {
  const at = timeOf(core, input);
  const repository = repositoryNamed(core.store, input.repo);
  const issue = pullNumbered(repository, input.number);
  const review: Review = {
    id: core.store.nextId(),
    user: actorAccount(core, input.author, at),
    body: input.body ?? '',
    state: input.state ?? 'COMMENTED',
    commitId: issue.pull.headSha,
    submittedAt: at,
  };
  issue.pull.reviews.push(review);
  issue.timeline.push({ at, id: core.store.nextId(), kind: 'reviewed', review });
  issue.updatedAt = at;
  announceReview(core, repository, issue, review);
  for (const line of input.comments ?? []) addLineComment(core, repository, issue, review, line);
  return { id: review.id };
}

function addLineComment(
  core: Core,
  repository: Repository,
  issue: PullIssue,
  review: Review,
  line: LineComment,
): void {
  const comment: ReviewComment = {
    id: core.store.nextId(),
    reviewId: review.id,
    user: review.user,
    body: line.body,
    path: line.path,
    line: line.line,
    diffHunk: line.diffHunk ?? `@@ -${line.line} +${line.line} @@`,
    commitId: review.commitId,
    createdAt: review.submittedAt,
  };
  issue.pull.reviewComments.push(comment);
  issue.timeline.push({ at: review.submittedAt, id: core.store.nextId(), kind: 'line-commented', comment });
  const happening = { event: 'pull_request_review_comment', action: 'created', sender: review.user };
  emit(core, repository, happening, () => ({
    comment: reviewCommentShape(core.urls, repository, issue, comment),
    pull_request: simplePullShape(core.urls, core.store, repository, issue),
  }));
}

function announceReview(core: Core, repository: Repository, issue: PullIssue, review: Review): void {
  const happening = { event: 'pull_request_review', action: 'submitted', sender: review.user };
  emit(core, repository, happening, () => ({
    review: { ...reviewShape(core.urls, repository, issue, review), state: review.state.toLowerCase() },
    pull_request: simplePullShape(core.urls, core.store, repository, issue),
  }));
}
