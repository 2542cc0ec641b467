import type { Kysely } from 'kysely';
import { schedule } from 'node-cron';
import { removeStaleMirrors } from '../collect/stale-mirrors.ts';
import type { Database } from '../db/tables.ts';
import { errorFields, type Log } from '../telemetry/log.ts';

export interface HousekeepingDeps {
  readonly db: Kysely<Database>;
  readonly log: Log;
  /** This host's folder of mirrors. */
  readonly mirrors: string;
}

/** What every host does for itself, at boot and every ten minutes: it is no job, since jobs run on one host. */
export function startHousekeeping({ db, log, mirrors }: HousekeepingDeps): { stop(): Promise<void> } {
  async function tidy(): Promise<void> {
    try {
      for (const repository_id of await removeStaleMirrors(db, mirrors)) {
        log.info({ repository_id }, 'stale mirror removed');
      }
    } catch (error) {
      log.warn(errorFields(error), 'housekeeping failed');
    }
  }
  const first = tidy();
  const task = schedule('*/10 * * * *', tidy, { timezone: 'UTC', noOverlap: true });
  return {
    async stop() {
      await task.destroy();
      await first;
    },
  };
}
