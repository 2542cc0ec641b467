import type { Core } from '../core.ts';
import { issueShape } from '../shapes/issue.ts';
import type { JsonObject } from '../shapes/json.ts';
import type { Account, Issue, Repository } from '../state/types.ts';
import { emit } from '../webhooks/emit.ts';

/** Sends an `issues` event. */
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
