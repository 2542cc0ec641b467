import type { Core } from '../core.ts';
import { fullName, isPull, lookUpRepository } from '../state/store.ts';
import type { Account, Issue, IssueRef, PullIssue, Repository } from '../state/types.ts';
import { findReferences } from './references.ts';

interface Target {
  readonly repository: Repository;
  readonly issue: Issue;
}

/** Writes a cross-reference on the timeline of every issue that the text newly names. */
export function noteReferences(
  core: Core,
  home: Repository,
  source: Issue,
  text: string,
  actor: Account,
  at: Date,
): void {
  for (const reference of findReferences(text, core.urls.web)) {
    const target = targetOf(core, home, reference.repository, reference.number);
    if (target === null || target.issue.id === source.id || alreadyNoted(target.issue, source)) continue;
    const from: IssueRef = { repositoryId: home.id, number: source.number };
    target.issue.timeline.push({
      at,
      id: core.store.nextId(),
      kind: 'cross-referenced',
      actor,
      source: from,
    });
  }
}

/** What merging the pull request would close: keywords in its body and links made by hand. */
export function closingIssues(core: Core, home: Repository, source: PullIssue): Target[] {
  const targets = source.pull.linkedByHand.map((ref) => {
    const repository = core.store.repositories.get(ref.repositoryId);
    return repository === undefined ? null : targetOf(core, repository, null, ref.number);
  });
  if (source.pull.baseBranch === home.defaultBranch) targets.push(...closedBy(core, home, source.body ?? ''));
  const found = new Map<number, Target>();
  for (const target of targets) {
    if (target !== null && !isPull(target.issue)) found.set(target.issue.id, target);
  }
  return [...found.values()];
}

/** Existing issues that a text closes by keyword. */
export function closedBy(core: Core, home: Repository, text: string): Target[] {
  const closing = findReferences(text, core.urls.web).filter((reference) => reference.closes);
  return closing
    .map((reference) => targetOf(core, home, reference.repository, reference.number))
    .filter((target) => target !== null);
}

function targetOf(core: Core, home: Repository, name: string | null, number: number): Target | null {
  const local = name === null || name === fullName(home).toLowerCase();
  const repository = local ? home : lookUpRepository(core.store, name);
  const issue = repository?.issues.get(number);
  return repository === undefined || issue === undefined ? null : { repository, issue };
}

function alreadyNoted(target: Issue, source: Issue): boolean {
  return target.timeline.some(
    (entry) =>
      entry.kind === 'cross-referenced' &&
      entry.source.repositoryId === source.repositoryId &&
      entry.source.number === source.number,
  );
}
