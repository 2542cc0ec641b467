import type { Core } from '../core.ts';
import { issueShape } from '../shapes/issue.ts';
import { repositoryShape } from '../shapes/repository.ts';
import { issueNumbered, repositoryNamed } from '../state/store.ts';
import type { Issue } from '../state/types.ts';
import { actorAccount, timeOf } from './actors.ts';
import { announceIssue } from './announce-issue.ts';
import { takeNumber, type IssueAction, type OpenedIssue } from './issues.ts';

/** Moves an issue to another repository, where it gets a new number; the old address redirects. */
export function transferIssue(core: Core, input: IssueAction & { readonly to: string }): OpenedIssue {
  const at = timeOf(core, input);
  const actor = actorAccount(core, input.actor, at);
  const from = repositoryNamed(core.store, input.repo);
  const to = repositoryNamed(core.store, input.to);
  const old = issueNumbered(from, input.number);
  const number = takeNumber(to, undefined);
  const moved: Issue = { ...old, id: core.store.nextId(), number, repositoryId: to.id, updatedAt: at };
  to.issues.set(number, moved);
  from.issues.delete(old.number);
  from.movedIssues.set(old.number, { repositoryId: to.id, number });
  announceIssue(core, from, old, 'transferred', actor, {
    changes: { new_issue: issueShape(core.urls, to, moved), new_repository: repositoryShape(core.urls, to) },
  });
  announceIssue(core, to, moved, 'opened', actor, {
    changes: {
      old_issue: issueShape(core.urls, from, old),
      old_repository: repositoryShape(core.urls, from),
    },
  });
  return { id: moved.id, number };
}
