import { MendloopError } from '../../../src/domain/errors.ts';
import type { Core } from '../core.ts';
import type { JsonObject } from '../shapes/json.ts';
import { labelShape } from '../shapes/repository.ts';
import { issueNumbered, repositoryNamed } from '../state/store.ts';
import type { Account, Issue, Label, Repository } from '../state/types.ts';
import { actorAccount, timeOf, type Actor, type Timed } from './actors.ts';
import { announceIssue } from './announce-issue.ts';
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
  const { repository, issue, actor, at } = beginOnIssue(core, input);
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
  const { repository, issue, actor, at } = beginOnIssue(core, input);
  const label = addLabel(core, repository, input.label);
  if (issue.labels.some((present) => present.id === label.id)) return;
  issue.labels.push(label);
  issue.timeline.push({ at, id: core.store.nextId(), kind: 'labeled', actor, label });
  announceIssue(core, repository, issue, 'labeled', actor, {
    label: labelShape(core.urls, repository, label),
  });
}

export function closeIssue(
  core: Core,
  input: IssueAction & { readonly reason?: 'completed' | 'not_planned' },
): void {
  const { repository, issue, actor, at } = beginOnIssue(core, input);
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
  const { repository, issue, actor, at } = beginOnIssue(core, input);
  issue.state = 'open';
  issue.stateReason = 'reopened';
  issue.closedAt = null;
  issue.closedBy = null;
  issue.timeline.push({ at, id: core.store.nextId(), kind: 'reopened', actor, commitId: null });
  announceIssue(core, repository, issue, 'reopened', actor);
}

/** Afterwards the issue answers 410. */
export function deleteIssue(core: Core, input: IssueAction): void {
  const { repository, issue, actor } = beginOnIssue(core, input);
  repository.issues.delete(issue.number);
  repository.goneIssues.add(issue.number);
  announceIssue(core, repository, issue, 'deleted', actor);
}

export interface Begun {
  readonly repository: Repository;
  readonly issue: Issue;
  readonly actor: Account;
  readonly at: Date;
}

/** The issue with who acts on it and when; it counts as updated then. */
export function beginOnIssue(core: Core, input: IssueAction): Begun {
  const at = timeOf(core, input);
  const repository = repositoryNamed(core.store, input.repo);
  const issue = issueNumbered(repository, input.number);
  issue.updatedAt = at;
  return { repository, issue, actor: actorAccount(core, input.actor, at), at };
}
