import { permits } from '../domain/consent.ts';
import type { Stage, StageRoute } from '../stage/stage.ts';
import type { CollectDeps } from './deps.ts';
import type { CollectForgetterDeps } from './forget.ts';

declare module '../jobs/job.ts' {
  interface JobKinds {
    /** Makes an instance, or a rejection, of a pull request as it is now. */
    readonly 'collect.pull': {
      readonly payload: {
        readonly repository_id: number;
        readonly number: number;
        /** Heads that the event named; each is kept as a revision of the pull request. */
        readonly head_shas: readonly string[];
      };
      readonly outcome: 'no_consent' | 'pull_missing' | 'observed' | 'ready' | 'rejected';
    };
    /** Brings our copy of an issue up to date. */
    readonly 'collect.issue': {
      readonly payload: { readonly repository_id: number; readonly number: number };
      readonly outcome: 'no_consent' | 'saved' | 'gone';
    };
  }
}

type CollectKind = 'collect.pull' | 'collect.issue';

/** News of an issue or pull request: GitHub is read again, whatever the event says. */
const routeNews: StageRoute<CollectKind> = ({ repository_id, subject }, consent) => {
  const { number, is_pull, head_shas } = subject;
  if (!permits(consent, 'collect')) return 'consent';
  if (number === null) return 'no_number';
  return is_pull
    ? [{ kind: 'collect.pull', payload: { repository_id, number, head_shas } }]
    : [{ kind: 'collect.issue', payload: { repository_id, number } }];
};

/** Merged pull requests become instances. */
export const collectStage: Stage<CollectKind, CollectDeps & CollectForgetterDeps> = {
  kinds: {
    'collect.pull': {
      queue: 'repository',
      key: ({ repository_id }) => String(repository_id),
      token: {
        installation: { contents: 'read', issues: 'read', metadata: 'read', pull_requests: 'read' },
        asApp: false,
      },
      schedule: null,
      handler: async () => (await import('./pull/collect-pull.ts')).collectPull,
    },
    'collect.issue': {
      queue: 'repository',
      key: ({ repository_id }) => String(repository_id),
      token: { installation: { issues: 'read', metadata: 'read' }, asApp: false },
      schedule: null,
      handler: async () => (await import('./issue/collect-issue.ts')).collectIssue,
    },
  },
  routes: {
    issues: routeNews,
    issue_comment: routeNews,
    pull_request: routeNews,
    pull_request_review: routeNews,
    pull_request_review_comment: routeNews,
  },
  forgetter: async () => (await import('./forget.ts')).collectForgetter,
};
