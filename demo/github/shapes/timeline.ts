import { isPull, resolveRef, type Store } from '../state/store.ts';
import type { Account, Issue, Repository, TimelineEntry } from '../state/types.ts';
import { accountShape, authorShape } from './account.ts';
import { gitCommitShape } from './commit.ts';
import { commentShape, issueShape } from './issue.ts';
import { iso, nodeId, type Json, type JsonObject } from './json.ts';
import { repositoryShape } from './repository.ts';
import { reviewCommentShape, reviewShape } from './review.ts';
import { apiOf, type Urls } from './urls.ts';

/** `null` for a reference from an issue that is gone or that the reader may not see. */
export function timelineShape(
  urls: Urls,
  store: Store,
  repository: Repository,
  issue: Issue,
  entry: TimelineEntry,
  sees: (repository: Repository) => boolean,
): JsonObject | null {
  switch (entry.kind) {
    case 'cross-referenced':
      return crossReference(urls, store, entry, sees);
    case 'commented': {
      const comment = commentShape(urls, repository, issue, entry.comment);
      return { ...comment, event: 'commented', actor: accountShape(urls, entry.comment.user) };
    }
    case 'committed':
      return { ...gitCommitShape(urls, repository, entry.commit), event: 'committed' };
    case 'reviewed':
      if (!isPull(issue)) return null;
      return {
        ...reviewShape(urls, repository, issue, entry.review),
        event: 'reviewed',
        state: entry.review.state.toLowerCase(),
      };
    case 'line-commented':
      if (!isPull(issue)) return null;
      return {
        event: 'line-commented',
        node_id: nodeId('PullRequestReviewThread', entry.id),
        comments: [reviewCommentShape(urls, repository, issue, entry.comment)],
      };
    case 'renamed':
      return { ...event(urls, repository, entry, entry.actor), rename: { from: entry.from, to: entry.to } };
    case 'labeled':
      return {
        ...event(urls, repository, entry, entry.actor),
        label: { name: entry.label.name, color: entry.label.color },
      };
    default:
      return event(urls, repository, entry, entry.actor, entry.commitId);
  }
}

function crossReference(
  urls: Urls,
  store: Store,
  entry: Extract<TimelineEntry, { kind: 'cross-referenced' }>,
  sees: (repository: Repository) => boolean,
): JsonObject | null {
  const home = store.repositories.get(entry.source.repositoryId);
  const source = resolveRef(store, entry.source);
  if (home === undefined || source === undefined || !sees(home)) return null;
  const shown: Json = { ...issueShape(urls, home, source), repository: repositoryShape(urls, home) };
  return {
    actor: accountShape(urls, entry.actor),
    created_at: iso(entry.at),
    updated_at: iso(entry.at),
    source: { type: 'issue', issue: shown },
    event: 'cross-referenced',
  };
}

function event(
  urls: Urls,
  repository: Repository,
  entry: TimelineEntry,
  actor: Account,
  commitId: string | null = null,
): JsonObject {
  const api = apiOf(urls, repository);
  return {
    id: entry.id,
    node_id: nodeId('Event', entry.id),
    url: `${api}/issues/events/${entry.id}`,
    actor: authorShape(urls, actor),
    event: entry.kind,
    commit_id: commitId,
    commit_url: commitId === null ? null : `${api}/commits/${commitId}`,
    created_at: iso(entry.at),
    performed_via_github_app: null,
  };
}
