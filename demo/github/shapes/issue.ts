import type { Comment, Issue, Repository } from '../state/types.ts';
import { authored, authorShape } from './account.ts';
import { iso, isoOrNull, nodeId, type JsonObject } from './json.ts';
import { labelShape } from './repository.ts';
import { apiOf, webOf, type Urls } from './urls.ts';

/** An issue, or a pull request as the issues API shows it. */
export function issueShape(urls: Urls, repository: Repository, issue: Issue): JsonObject {
  const url = `${apiOf(urls, repository)}/issues/${issue.number}`;
  return {
    url,
    repository_url: apiOf(urls, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: issueWeb(urls, repository, issue),
    id: issue.id,
    node_id: nodeId(issue.pull === null ? 'Issue' : 'PullRequest', issue.id),
    number: issue.number,
    title: issue.title,
    ...authored(urls, repository, issue.user),
    labels: issue.labels.map((label) => labelShape(urls, repository, label)),
    state: issue.state,
    state_reason: issue.stateReason,
    locked: false,
    active_lock_reason: null,
    assignee: null,
    assignees: [],
    milestone: null,
    comments: issue.comments.length,
    created_at: iso(issue.createdAt),
    updated_at: iso(issue.updatedAt),
    closed_at: isoOrNull(issue.closedAt),
    body: issue.body,
    reactions: reactionsShape(url),
    performed_via_github_app: null,
    draft: issue.pull?.draft ?? false,
    ...pullLinks(urls, repository, issue),
  };
}

/** `GET /repos/{owner}/{repo}/issues/{issue_number}` says who closed it, lists do not. */
export function fullIssueShape(urls: Urls, repository: Repository, issue: Issue): JsonObject {
  return { ...issueShape(urls, repository, issue), closed_by: authorShape(urls, issue.closedBy) };
}

export function commentShape(urls: Urls, repository: Repository, issue: Issue, comment: Comment): JsonObject {
  const url = `${apiOf(urls, repository)}/issues/comments/${comment.id}`;
  return {
    url,
    html_url: `${issueWeb(urls, repository, issue)}#issuecomment-${comment.id}`,
    issue_url: `${apiOf(urls, repository)}/issues/${issue.number}`,
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    ...authored(urls, repository, comment.user),
    created_at: iso(comment.createdAt),
    updated_at: iso(comment.updatedAt),
    body: comment.body,
    reactions: reactionsShape(url),
    performed_via_github_app: null,
  };
}

export function issueWeb(urls: Urls, repository: Repository, issue: Issue): string {
  return `${webOf(urls, repository)}/${issue.pull === null ? 'issues' : 'pull'}/${issue.number}`;
}

export function reactionsShape(url: string): JsonObject {
  const none = { '+1': 0, '-1': 0, laugh: 0, hooray: 0, confused: 0, heart: 0, rocket: 0, eyes: 0 };
  return { url: `${url}/reactions`, total_count: 0, ...none };
}

function pullLinks(urls: Urls, repository: Repository, issue: Issue): JsonObject {
  if (issue.pull === null) return {};
  const web = issueWeb(urls, repository, issue);
  const link = {
    url: `${apiOf(urls, repository)}/pulls/${issue.number}`,
    html_url: web,
    diff_url: `${web}.diff`,
    patch_url: `${web}.patch`,
    merged_at: isoOrNull(issue.pull.mergedAt),
  };
  return { pull_request: link };
}
