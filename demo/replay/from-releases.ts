import { type PlannedChange, type PlannedRepository, withIssueNumbers } from '../releases/planned.ts';
import type { ReplayChange, ReplayRepository } from './change.ts';

function toChange(repository: PlannedRepository, change: PlannedChange): ReplayChange {
  const rival = change.kind === 'fix' ? change.rival : null;
  return {
    repo: repository.repo,
    git: repository.git,
    base_commit: change.base_commit,
    pushes: change.pushes,
    branch: change.branch,
    fork: change.fork,
    author: change.author,
    issues: change.issues,
    pull: { title: change.pull.title, body: (numbers) => withIssueNumbers(change.pull.body, numbers) },
    opened_at: change.opened_at,
    merged_at: change.merged_at,
    rival: rival && {
      author: rival.author,
      branch: rival.branch,
      head: rival.head,
      title: rival.pull.title,
      body: (numbers) => withIssueNumbers(rival.pull.body, numbers),
      opened_at: rival.opened_at,
      closed_at: rival.closed_at,
    },
  };
}

/** Planned npm releases as changes to replay. */
export function fromReleases(planned: readonly PlannedRepository[]): ReplayRepository[] {
  return planned.map((repository) => ({
    repo: repository.repo,
    git: repository.git,
    largestIssue: 0,
    changes: repository.changes.map((change) => toChange(repository, change)),
  }));
}
