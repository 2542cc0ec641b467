import { MendloopError } from '../../../src/domain/errors.ts';
import type { Core } from '../core.ts';
import { mergeBaseOf, readCommits } from '../git/commits.ts';
import { diffSize } from '../git/diff.ts';
import { fetchInto, isAncestor, refSha } from '../git/store.ts';
import type { Account, Issue, PullIssue, PullSize, Repository } from '../state/types.ts';
import { announcePull } from './announce-pull.ts';

/** Facts that GitHub works out anew for every head that is pushed. */
export interface HeadFacts {
  readonly mergeBase: string;
  readonly size: PullSize;
}

/** Keeps the head reachable in the base repository under `refs/pull/N/head`, which outlives branch and fork. */
export async function keepHead(
  core: Core,
  base: Repository,
  number: number,
  from: string,
  sha: string,
): Promise<void> {
  await fetchInto(core.git.pathOf(base.id), from, sha, `refs/pull/${number}/head`);
}

/** Throws `input_invalid` when the histories are unrelated. */
export async function headFacts(
  core: Core,
  base: Repository,
  baseSha: string,
  headSha: string,
): Promise<HeadFacts> {
  const dir = core.git.pathOf(base.id);
  const mergeBase = await mergeBaseOf(dir, baseSha, headSha);
  if (mergeBase === null) throw new MendloopError('input_invalid', 'base and head have no common commit');
  const [size, commits] = await Promise.all([
    diffSize(dir, mergeBase, headSha),
    readCommits(dir, [`${mergeBase}..${headSha}`]),
  ]);
  return { mergeBase, size: { ...size, commits: commits.length } };
}

/** Writes the commits that are new to the pull request on its timeline. */
export async function noteCommits(
  core: Core,
  base: Repository,
  issue: Issue,
  range: string,
  at: Date,
): Promise<void> {
  const commits = await readCommits(core.git.pathOf(base.id), ['--reverse', '--topo-order', range]);
  const known = new Set(issue.timeline.map((entry) => (entry.kind === 'committed' ? entry.commit.sha : '')));
  for (const commit of commits.slice(0, 250)) {
    if (!known.has(commit.sha))
      issue.timeline.push({ at, id: core.store.nextId(), kind: 'committed', commit });
  }
}

/** Takes a new head into an open pull request. */
export async function synchronize(
  core: Core,
  base: Repository,
  issue: PullIssue,
  headSha: string,
  actor: Account,
  at: Date,
): Promise<void> {
  const { pull } = issue;
  const before = pull.headSha;
  const dir = core.git.pathOf(base.id);
  const forced = await core.alone(base.id, async () => {
    await keepHead(core, base, issue.number, core.git.pathOf(pull.headRepositoryId), headSha);
    pull.baseSha = (await refSha(dir, `refs/heads/${pull.baseBranch}`)) ?? pull.baseSha;
    Object.assign(pull, await headFacts(core, base, pull.baseSha, headSha));
    return !(await isAncestor(dir, before, headSha));
  });
  pull.headSha = headSha;
  pull.revisions.push({ headSha, mergeBase: pull.mergeBase, at, forced });
  issue.updatedAt = at;
  if (forced) {
    issue.timeline.push({
      at,
      id: core.store.nextId(),
      kind: 'head_ref_force_pushed',
      actor,
      commitId: headSha,
    });
  }
  await noteCommits(core, base, issue, `${pull.mergeBase}..${headSha}`, at);
  announcePull(core, base, issue, 'synchronize', actor, { before, after: headSha });
}
