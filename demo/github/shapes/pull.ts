import type { Store } from '../state/store.ts';
import type { Account, PullIssue, Repository } from '../state/types.ts';
import { authored, authorShape } from './account.ts';
import { issueWeb } from './issue.ts';
import { iso, isoOrNull, nodeId, type JsonObject } from './json.ts';
import { labelShape, repositoryShape } from './repository.ts';
import { apiOf, type Urls } from './urls.ts';

/** A pull request as lists and review events show it. */
export function simplePullShape(
  urls: Urls,
  store: Store,
  repository: Repository,
  issue: PullIssue,
): JsonObject {
  const { pull } = issue;
  const links = pullLinks(urls, repository, issue);
  return {
    id: issue.id,
    node_id: nodeId('PullRequest', issue.id),
    ...links,
    number: issue.number,
    state: issue.state,
    locked: false,
    title: issue.title,
    ...authored(urls, repository, issue.user),
    body: issue.body,
    created_at: iso(issue.createdAt),
    updated_at: iso(issue.updatedAt),
    closed_at: isoOrNull(issue.closedAt),
    merged_at: isoOrNull(pull.mergedAt),
    merge_commit_sha: pull.mergeCommitSha,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    labels: issue.labels.map((label) => labelShape(urls, repository, label)),
    milestone: null,
    draft: pull.draft,
    head: headShape(urls, store, issue),
    base: sideShape(urls, repository.owner, pull.baseBranch, pull.baseSha, repository),
    _links: hrefs(links, issue),
    auto_merge: null,
    active_lock_reason: null,
  };
}

/** The whole pull request. `mergeable` is `null` while GitHub has not worked it out. */
export function pullShape(
  urls: Urls,
  store: Store,
  repository: Repository,
  issue: PullIssue,
  mergeable: boolean | null,
): JsonObject {
  const { pull } = issue;
  return {
    ...simplePullShape(urls, store, repository, issue),
    merged: pull.mergedAt !== null,
    mergeable,
    rebaseable: mergeable,
    mergeable_state: mergeableState(mergeable),
    merged_by: authorShape(urls, pull.mergedBy),
    comments: issue.comments.length,
    review_comments: pull.reviewComments.length,
    maintainer_can_modify: false,
    commits: pull.size.commits,
    additions: pull.size.additions,
    deletions: pull.size.deletions,
    changed_files: pull.size.changedFiles,
  };
}

function mergeableState(mergeable: boolean | null): string {
  if (mergeable === null) return 'unknown';
  return mergeable ? 'clean' : 'dirty';
}

function pullLinks(urls: Urls, repository: Repository, issue: PullIssue): Record<string, string> {
  const api = apiOf(urls, repository);
  const url = `${api}/pulls/${issue.number}`;
  const web = issueWeb(urls, repository, issue);
  return {
    url,
    html_url: web,
    diff_url: `${web}.diff`,
    patch_url: `${web}.patch`,
    issue_url: `${api}/issues/${issue.number}`,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${api}/issues/${issue.number}/comments`,
    statuses_url: `${api}/statuses/${issue.pull.headSha}`,
  };
}

function hrefs(links: Record<string, string>, issue: PullIssue): JsonObject {
  const of = (key: string): JsonObject => ({ href: links[key] ?? '' });
  return {
    self: of('url'),
    html: of('html_url'),
    issue: of('issue_url'),
    comments: of('comments_url'),
    review_comments: of('review_comments_url'),
    review_comment: of('review_comment_url'),
    commits: of('commits_url'),
    statuses: { href: (links['statuses_url'] ?? '').replace(/[^/]*$/, issue.pull.headSha) },
  };
}

/** The head's repository is `null` once a fork is deleted; its label and commit stay. */
function headShape(urls: Urls, store: Store, issue: PullIssue): JsonObject {
  const { pull } = issue;
  const repository = store.repositories.get(pull.headRepositoryId) ?? null;
  return sideShape(urls, pull.headOwner, pull.headBranch, pull.headSha, repository);
}

function sideShape(
  urls: Urls,
  owner: Account,
  ref: string,
  sha: string,
  repository: Repository | null,
): JsonObject {
  return {
    label: `${owner.login}:${ref}`,
    ref,
    sha,
    user: authorShape(urls, owner),
    repo: repository === null ? null : repositoryShape(urls, repository),
  };
}
