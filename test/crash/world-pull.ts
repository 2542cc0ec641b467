import type { PullHeads, RepositoryHistory } from './history.ts';

/** What becomes of a pull request, and so what its instance has to be in the end. */
export type Fate = 'ready' | 'rejected' | 'closed';

export interface WorldPull {
  readonly repo: string;
  readonly repositoryId: number;
  readonly fate: Fate;
  readonly branch: string;
  readonly history: PullHeads;
  /** The pull request of the same repository that it competes with. */
  readonly rivalOf: WorldPull | null;
  /** 0 until it is opened. */
  number: number;
  /** The issue that was opened for it; 0 until then. Only rivals and those to be rejected do not name it. */
  ownIssue: number;
  /** The issue that it names; 0 until it is opened, and where it names none. */
  issue: number;
  /** How often something that an instance is made of has changed: each refresh of it needs one. */
  evidence: number;
}

function fateOf(index: number): Fate {
  if (index % 5 === 4) return 'closed';
  return index % 5 === 3 ? 'rejected' : 'ready';
}

/** The pull requests of one repository; `start` is how many the repositories before it have. */
export function pullsOf(
  repo: string,
  repositoryId: number,
  history: RepositoryHistory,
  start: number,
): WorldPull[] {
  const pulls: WorldPull[] = [];
  for (const [index, heads] of history.pulls.entries()) {
    const fate = fateOf(start + index);
    const before = pulls[index - 1];
    const rivalOf = fate === 'closed' && before?.fate === 'ready' ? before : null;
    pulls.push({
      repo,
      repositoryId,
      fate,
      branch: `part-${index}`,
      history: heads,
      rivalOf,
      number: 0,
      ownIssue: 0,
      issue: 0,
      evidence: 0,
    });
  }
  return pulls;
}
