import type { PullIssue, Repository, Review, ReviewComment } from '../state/types.ts';
import { authored } from './account.ts';
import { issueWeb, reactionsShape } from './issue.ts';
import { iso, nodeId, type JsonObject } from './json.ts';
import { apiOf, type Urls } from './urls.ts';

/** REST writes the state in capitals, webhooks in small letters. */
export function reviewShape(
  urls: Urls,
  repository: Repository,
  issue: PullIssue,
  review: Review,
): JsonObject {
  const html = `${issueWeb(urls, repository, issue)}#pullrequestreview-${review.id}`;
  const pullUrl = `${apiOf(urls, repository)}/pulls/${issue.number}`;
  return {
    id: review.id,
    node_id: nodeId('PullRequestReview', review.id),
    ...authored(urls, repository, review.user),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: pullUrl,
    _links: { html: { href: html }, pull_request: { href: pullUrl } },
    submitted_at: iso(review.submittedAt),
    commit_id: review.commitId,
  };
}

export function reviewCommentShape(
  urls: Urls,
  repository: Repository,
  issue: PullIssue,
  comment: ReviewComment,
): JsonObject {
  const url = `${apiOf(urls, repository)}/pulls/comments/${comment.id}`;
  const html = `${issueWeb(urls, repository, issue)}#discussion_r${comment.id}`;
  const pullUrl = `${apiOf(urls, repository)}/pulls/${issue.number}`;
  return {
    url,
    pull_request_review_id: comment.reviewId,
    id: comment.id,
    node_id: nodeId('PullRequestReviewComment', comment.id),
    diff_hunk: comment.diffHunk,
    path: comment.path,
    position: 1,
    original_position: 1,
    commit_id: comment.commitId,
    original_commit_id: comment.commitId,
    ...authored(urls, repository, comment.user),
    body: comment.body,
    created_at: iso(comment.createdAt),
    updated_at: iso(comment.createdAt),
    html_url: html,
    pull_request_url: pullUrl,
    _links: { self: { href: url }, html: { href: html }, pull_request: { href: pullUrl } },
    reactions: reactionsShape(url),
    start_line: null,
    original_start_line: null,
    start_side: null,
    line: comment.line,
    original_line: comment.line,
    side: 'RIGHT',
    subject_type: 'line',
  };
}
