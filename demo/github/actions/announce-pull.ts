import type { Core } from '../core.ts';
import type { JsonObject } from '../shapes/json.ts';
import { pullShape } from '../shapes/pull.ts';
import type { Account, PullIssue, Repository } from '../state/types.ts';
import { emit } from '../webhooks/emit.ts';

/** Sends a `pull_request` event. GitHub has not worked out `mergeable` by the time it sends it. */
export function announcePull(
  core: Core,
  repository: Repository,
  issue: PullIssue,
  action: string,
  sender: Account,
  extra: JsonObject = {},
): void {
  emit(core, repository, { event: 'pull_request', action, sender }, () => ({
    number: issue.number,
    pull_request: pullShape(core.urls, core.store, repository, issue, null),
    ...extra,
  }));
}
