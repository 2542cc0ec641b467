import type { LoopbackGitHub } from '../github/server.ts';
import type { ReplayChange, ReplayRepository } from './change.ts';

export interface PlayedChange {
  readonly change: ReplayChange;
  readonly issues: readonly number[];
  readonly pull: number;
  readonly rival: number | null;
}

interface Stage {
  readonly github: LoopbackGitHub;
  readonly repo: string;
  /** Issues that are open already: rows may share one. */
  readonly opened: Set<number>;
  /** The account's forks, by login. */
  readonly forks: Map<string, string>;
  /** The number of the first pull request, where the issues bring their own numbers; then it counts on. */
  firstPull: number | null;
}

function takePull(stage: Stage): { readonly number?: number } {
  const number = stage.firstPull;
  stage.firstPull = null;
  return number === null ? {} : { number };
}

function openIssues({ github, repo, opened }: Stage, change: ReplayChange): number[] {
  const at = new Date(Date.parse(change.opened_at) - 86_400_000);
  return change.issues.map(({ number, title, body }) => {
    if (number !== undefined && opened.has(number)) return number;
    const explicit = number === undefined ? {} : { number };
    const issue = github.openIssue({ repo, ...explicit, title, body, author: 'octo-reporter', at });
    opened.add(issue.number);
    return issue.number;
  });
}

/** The repository that the branch is pushed to: the base, or the author's fork of it. */
async function headRepository(stage: Stage, change: ReplayChange): Promise<string | undefined> {
  return change.fork ? forkFor(stage, change.author.login) : undefined;
}

async function forkFor({ github, repo, forks }: Stage, owner: string): Promise<string> {
  const fork = forks.get(owner) ?? (await github.forkRepository({ repo, owner })).repo;
  forks.set(owner, fork);
  return fork;
}

async function openPull(stage: Stage, change: ReplayChange, issues: readonly number[]): Promise<number> {
  const { github, repo } = stage;
  const [first = ''] = change.pushes;
  const at = new Date(change.opened_at);
  const head = await headRepository(stage, change);
  await github.pushBranch({ repo: head ?? repo, branch: change.branch, sha: first, fromGit: change.git, at });
  const { number } = await github.openPull({
    repo,
    head: { ...(head === undefined ? {} : { repo: head }), branch: change.branch },
    title: change.pull.title,
    body: change.pull.body(issues),
    author: change.author,
    ...takePull(stage),
    at,
  });
  return number;
}

async function playRival(
  stage: Stage,
  change: ReplayChange,
  issues: readonly number[],
): Promise<number | null> {
  const { github, repo } = stage;
  const { rival } = change;
  if (!rival) return null;
  const fork = await forkFor(stage, rival.author.login);
  const at = new Date(rival.opened_at);
  await github.pushBranch({ repo: fork, branch: rival.branch, sha: rival.head, fromGit: change.git, at });
  const { number } = await github.openPull({
    repo,
    head: { repo: fork, branch: rival.branch },
    title: rival.title,
    body: rival.body(issues),
    author: rival.author,
    ...takePull(stage),
    at,
  });
  github.closePull({ repo, number, actor: rival.author, at: new Date(rival.closed_at) });
  return number;
}

async function playChange(stage: Stage, change: ReplayChange): Promise<PlayedChange> {
  const { github, repo } = stage;
  const opened = Date.parse(change.opened_at);
  await github.pushBranch({
    repo,
    branch: 'main',
    sha: change.base_commit,
    fromGit: change.git,
    at: new Date(opened),
  });
  const issues = openIssues(stage, change);
  const pull = await openPull(stage, change, issues);
  const later = change.pushes.slice(1);
  const step = (Date.parse(change.merged_at) - opened) / (later.length + 2);
  for (const [index, sha] of later.entries()) {
    const at = new Date(opened + Math.round(step * (index + 1)));
    await github.pushToPull({ repo, number: pull, sha, fromGit: change.git, at });
  }
  const rival = await playRival(stage, change, issues);
  await github.mergePull({ repo, number: pull, method: 'merge', at: new Date(change.merged_at) });
  return { change, issues, pull, rival };
}

/** Replays one repository's changes, each starting from its own base. Calls back after each. */
export async function playRepository(
  github: LoopbackGitHub,
  repository: ReplayRepository,
  onPlayed: (played: PlayedChange) => void,
): Promise<void> {
  const stage: Stage = {
    github,
    repo: repository.repo,
    opened: new Set(),
    forks: new Map(),
    firstPull: repository.largestIssue > 0 ? repository.largestIssue + 1 : null,
  };
  for (const change of repository.changes) onPlayed(await playChange(stage, change));
}
