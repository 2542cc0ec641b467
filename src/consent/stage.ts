import type { Stage } from '../stage/stage.ts';
import type { PurgeDeps } from './purge.ts';

declare module '../jobs/job.ts' {
  interface JobKinds {
    /** Removes what goes beyond a repository's consent. */
    readonly 'repository.purge': {
      readonly payload: { readonly repository_id: number; readonly cause: string };
      readonly outcome: 'purged' | 'training_purged' | 'consents_again';
    };
  }
}

/** What a repository allows, and what follows when it allows less. */
export const consentStage: Stage<'repository.purge', PurgeDeps> = {
  kinds: {
    'repository.purge': {
      queue: 'repository',
      key: ({ repository_id }) => String(repository_id),
      token: null,
      schedule: null,
      async handler() {
        const { purgeRepository } = await import('./purge.ts');
        return (deps, { repository_id }, context) => purgeRepository(deps, repository_id, context);
      },
    },
  },
  routes: {},
  forgetter: null,
};
