import type { Kysely } from 'kysely';
import type { Database } from '../db/tables.ts';
import type { ConsentScope } from '../domain/consent.ts';
import { MendloopError } from '../domain/errors.ts';
import type { AppPort } from '../domain/ports/github-app.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { Stage } from '../stage/stage.ts';

declare module '../jobs/job.ts' {
  interface JobKinds {
    /** Brings our knowledge of an installation and its repositories up to date. */
    readonly 'installation.sync': {
      readonly payload: { readonly installation_id: number };
      readonly outcome: 'synced' | 'suspended' | 'removed';
    };
    /** Asks GitHub to send again what is not in the inbox. */
    readonly 'deliveries.sweep': {
      readonly payload: ScheduledPayload;
      readonly outcome: 'swept' | 'not_configured';
    };
    /** Empties the texts of old deliveries. */
    readonly 'payloads.expire': { readonly payload: ScheduledPayload; readonly outcome: 'expired' };
  }
}

export interface IntakeStageDeps {
  readonly db: Kysely<Database>;
  readonly queue: JobQueue;
  /** The App as one kind of job may use it; null where no App is configured. */
  readonly app: ((kind: 'installation.sync' | 'deliveries.sweep') => AppPort) | null;
  readonly consentPublicDefault: ConsentScope;
  readonly consentCap: ConsentScope;
  readonly sweepMinutes: number;
  /** Days for which the texts of deliveries are kept. */
  readonly payloadDays: number;
  readonly now: () => Date;
}

/** Installations, and upkeep of the inbox. Its routes change state, and are in `route.ts`. */
export const intakeStage: Stage<
  'installation.sync' | 'deliveries.sweep' | 'payloads.expire',
  IntakeStageDeps
> = {
  kinds: {
    'installation.sync': {
      queue: 'installation',
      key: ({ installation_id }) => String(installation_id),
      token: { installation: { metadata: 'read' }, asApp: true },
      schedule: null,
      async handler() {
        const { syncInstallation } = await import('./sync-installation.ts');
        return ({ app, ...deps }, { installation_id }) => {
          if (app === null) throw new MendloopError('not_configured', 'the App has no credentials');
          return syncInstallation({ ...deps, app: app('installation.sync') }, installation_id);
        };
      },
    },
    'deliveries.sweep': {
      queue: 'system',
      key: () => 'deliveries.sweep',
      token: { installation: null, asApp: true },
      schedule: ({ sweepMinutes }) => `*/${sweepMinutes} * * * *`,
      async handler() {
        const { sweepDeliveries } = await import('./sweep.ts');
        return async ({ app, db, now }) =>
          app === null
            ? { outcome: 'not_configured' }
            : sweepDeliveries({ db, now, app: app('deliveries.sweep') });
      },
    },
    'payloads.expire': {
      queue: 'system',
      key: () => 'payloads.expire',
      token: null,
      schedule: () => '17 3 * * *',
      async handler() {
        const { expirePayloads } = await import('./expire.ts');
        return ({ db, now, payloadDays }) => expirePayloads(db, now(), payloadDays);
      },
    },
  },
  routes: {},
  forgetter: null,
};
