import type { RejectionReason } from '../../src/domain/rejection.ts';
import { momentBefore } from './dates.ts';
import { pushedBefore, type Unfinished } from './heads.ts';
import type { PlannedAuthor, PlannedChange, PlannedRival } from './planned.ts';
import type { Tree } from './tarball.ts';
import type { CommitSpec } from './trees.ts';
import { issueOfEntry, pullOfRelease, pullWithoutIssue, rivalPull } from './wording.ts';

/** A change whose heads are refs still to be written: `commits` are written, then each ref is replaced by its hash. */
export interface Draft {
  readonly change: PlannedChange;
  readonly commits: readonly CommitSpec[];
}

export interface ReleaseFacts {
  readonly name: string;
  readonly baseVersion: string;
  readonly version: string;
  readonly baseRef: string;
  readonly releaseRef: string;
  readonly baseDate: Date;
  readonly date: Date;
  readonly release: Tree;
  /** What the changelog says; not empty. */
  readonly entries: readonly string[];
  readonly refused: RejectionReason | undefined;
  /** Counts all changes of the replay, so that forks, pushes and rivals take turns. */
  readonly turn: number;
}

const member: PlannedAuthor = { login: 'octo-dev', type: 'User' };
const contributor: PlannedAuthor = { login: 'octo-contributor', type: 'User' };
const rivalAuthor: PlannedAuthor = { login: 'octo-newcomer', type: 'User' };

/** The change of one release as a pull request, opened after its base was released and merged when it was released. */
export function releaseDraft(facts: ReleaseFacts, unfinished: Unfinished): Draft {
  const { name, baseVersion, version, entries, refused, turn } = facts;
  const heads = headCommits(facts, pushedBefore(unfinished, turn));
  const fork = turn % 3 === 1;
  const shared = {
    version,
    base_commit: facts.baseRef,
    pushes: heads.pushes,
    branch: `release-${version}`,
    fork,
    author: fork ? contributor : member,
    opened_at: momentBefore(facts.baseDate, facts.date, 0.5).toISOString(),
    merged_at: facts.date.toISOString(),
  };
  if (refused === 'no_issue') {
    const pull = pullWithoutIssue(name, baseVersion, version, entries);
    return { change: { kind: 'refuse', why: refused, ...shared, issues: [], pull }, commits: heads.commits };
  }
  const issues = entries.map((entry) => issueOfEntry(name, version, entry));
  const linked = { ...shared, issues, pull: pullOfRelease(name, baseVersion, version, entries) };
  if (refused !== undefined)
    return { change: { kind: 'refuse', why: refused, ...linked }, commits: heads.commits };
  const rival = turn % 6 === 2 && unfinished.half !== null ? rivalDraft(facts, unfinished.half) : null;
  const commits = rival === null ? heads.commits : [...heads.commits, rival.commit];
  return { change: { kind: 'fix', ...linked, rival: rival?.planned ?? null }, commits };
}

/**
 * Heads that grow one from the other. A change pushed whole, and each fourth one, ends in the release's own commit on
 * `main`; the latter is thereby a force push, since that commit does not descend from the unfinished one.
 */
function headCommits(
  facts: ReleaseFacts,
  unfinished: readonly Tree[],
): { pushes: string[]; commits: CommitSpec[] } {
  const { version, baseRef, releaseRef, release, entries, turn } = facts;
  const rewritten = turn % 4 === 3;
  const grown = unfinished.length === 0 || rewritten ? unfinished : [...unfinished, release];
  const commits: CommitSpec[] = [];
  for (const [index, tree] of grown.entries()) {
    const ref = `refs/demo/heads/${version}/${index + 1}`;
    const parent = commits.at(-1)?.ref ?? baseRef;
    const message = tree === release ? (entries[0] ?? version) : `Work towards ${version}, not finished`;
    const at = momentBefore(facts.baseDate, facts.date, 0.5 + (index + 1) / 10);
    commits.push({ ref, parent, message, at, tree });
  }
  const refs = commits.map((commit) => commit.ref);
  return { pushes: grown.at(-1) === release ? refs : [...refs, releaseRef], commits };
}

function rivalDraft(facts: ReleaseFacts, tree: Tree): { planned: PlannedRival; commit: CommitSpec } {
  const { name, version, baseRef, baseDate, date, entries } = facts;
  const ref = `refs/demo/rivals/${version}`;
  const opened = momentBefore(baseDate, date, 0.6);
  const planned: PlannedRival = {
    author: rivalAuthor,
    branch: `another-try-${version}`,
    head: ref,
    pull: rivalPull(name, version, entries),
    opened_at: opened.toISOString(),
    closed_at: momentBefore(baseDate, date, 0.9).toISOString(),
  };
  return {
    planned,
    commit: { ref, parent: baseRef, message: `Another try at ${version}`, at: opened, tree },
  };
}
