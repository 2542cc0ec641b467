import { MendloopError } from '../../../src/domain/errors.ts';
import type { Core } from '../core.ts';
import { branchSha } from '../git/store.ts';
import { lookUpRepository, repositoryNamed } from '../state/store.ts';
import type { Account, PullIssue, Repository } from '../state/types.ts';
import { actorAccount, timeOf, type Actor, type Timed } from './actors.ts';
import { announcePull } from './announce-pull.ts';
import { newIssue, takeNumber } from './issues.ts';
import { addLabel } from './labels.ts';
import { noteReferences } from './links.ts';
import { headFacts, keepHead, noteCommits } from './synchronize.ts';

export interface OpenPull extends Timed {
  readonly repo: string;
  /** `repo` is the fork that holds the branch; the base repository when left out. */
  readonly head: { readonly repo?: string; readonly branch: string };
  /** The default branch when left out. */
  readonly base?: string;
  readonly title: string;
  readonly body?: string | null;
  readonly author: Actor;
  readonly number?: number;
  readonly draft?: boolean;
  readonly labels?: readonly string[];
  /** Issues of the same repository linked by hand, without a keyword. */
  readonly closes?: readonly number[];
}

export interface OpenedPull {
  readonly id: number;
  readonly number: number;
  readonly headSha: string;
  readonly baseSha: string;
  readonly mergeBase: string;
}

/** Throws `input_invalid` when base and head are unrelated or the number is taken, `not_found` for a branch. */
export async function openPull(core: Core, input: OpenPull): Promise<OpenedPull> {
  const at = timeOf(core, input);
  const base = repositoryNamed(core.store, input.repo);
  const head = repositoryNamed(core.store, input.head.repo ?? input.repo);
  const author = actorAccount(core, input.author, at);
  const number = takeNumber(base, input.number);
  const issue = await core.alone(base.id, () => makePull(core, input, { base, head, author, number, at }));
  base.issues.set(number, issue);
  await noteCommits(core, base, issue, `${issue.pull.mergeBase}..${issue.pull.headSha}`, at);
  linkByHand(core, base, issue, input.closes ?? [], author, at);
  noteReferences(core, base, issue, `${issue.title}\n${issue.body ?? ''}`, author, at);
  announcePull(core, base, issue, 'opened', author);
  const { headSha, baseSha, mergeBase } = issue.pull;
  return { id: issue.id, number, headSha, baseSha, mergeBase };
}

interface Setting {
  readonly base: Repository;
  readonly head: Repository;
  readonly author: Account;
  readonly number: number;
  readonly at: Date;
}

async function makePull(core: Core, input: OpenPull, setting: Setting): Promise<PullIssue> {
  const { base, head, author, number, at } = setting;
  const baseBranch = input.base ?? base.defaultBranch;
  const headDir = core.git.pathOf(head.id);
  const headSha = await branchSha(headDir, input.head.branch);
  const baseSha = await branchSha(core.git.pathOf(base.id), baseBranch);
  await keepHead(core, base, number, headDir, headSha);
  const facts = await headFacts(core, base, baseSha, headSha);
  const labels = (input.labels ?? []).map((name) => addLabel(core, base, name));
  return {
    ...newIssue(core, base, number, author, at, { title: input.title, body: input.body ?? null, labels }),
    pull: {
      headRepositoryId: head.id,
      headOwner: head.owner,
      headBranch: input.head.branch,
      baseBranch,
      headSha,
      baseSha,
      ...facts,
      draft: input.draft ?? false,
      mergedAt: null,
      mergedBy: null,
      mergeCommitSha: null,
      linkedByHand: [],
      revisions: [{ headSha, mergeBase: facts.mergeBase, at, forced: false }],
      reviews: [],
      reviewComments: [],
    },
  };
}

function linkByHand(
  core: Core,
  base: Repository,
  issue: PullIssue,
  numbers: readonly number[],
  actor: Account,
  at: Date,
): void {
  for (const number of numbers) {
    const target = base.issues.get(number);
    if (target === undefined) throw new MendloopError('not_found', `no issue ${number} to link`);
    issue.pull.linkedByHand.push({ repositoryId: base.id, number });
    target.timeline.push({ at, id: core.store.nextId(), kind: 'connected', actor, commitId: null });
  }
}

/** The base repository and head repository of a pull request, for those who name a head as `owner:branch`. */
export function headRepositoryOf(
  core: Core,
  base: Repository,
  label: string,
): { repo: string; branch: string } | null {
  const colon = label.indexOf(':');
  if (colon === -1) return { repo: `${base.owner.login}/${base.name}`, branch: label };
  const repo = `${label.slice(0, colon)}/${base.name}`;
  return lookUpRepository(core.store, repo) === undefined ? null : { repo, branch: label.slice(colon + 1) };
}
