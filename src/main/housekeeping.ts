import type { Kysely } from 'kysely';
import { schedule } from 'node-cron';
import { removeStaleMirrors } from '../collect/stale-mirrors.ts';
import type { Database } from '../db/tables.ts';
import type { RoundFiles } from '../domain/round-files.ts';
import { errorFields, type Log } from '../telemetry/log.ts';
import { removePurgedFolders } from '../train/round/files/round-folders.ts';

export interface HousekeepingDeps {
  readonly db: Kysely<Database>;
  readonly log: Log;
  /** This host's folder of mirrors. */
  readonly mirrors: string;
  /** Where this host sees round directories. */
  readonly rounds: () => Promise<readonly RoundFiles[]>;
  /** Unloads tainted checkpoints from the model servers. */
  readonly retireTainted: () => Promise<void>;
}

/**
 * Tidies this host at boot and every ten minutes. This is no job, since one host runs a job and each has files of its
 * own.
 */
export function startHousekeeping(deps: HousekeepingDeps): { stop(): Promise<void> } {
  const { db, log } = deps;
  async function attempt(work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => log.warn(errorFields(error), 'housekeeping failed'));
  }
  async function tidy(): Promise<void> {
    await attempt(async () => {
      for (const repository_id of await removeStaleMirrors(db, deps.mirrors)) {
        log.info({ repository_id }, 'stale mirror removed');
      }
    });
    await attempt(async () => {
      for (const round_id of await removePurgedFolders(db, await deps.rounds())) {
        log.info({ round_id }, 'purged round directory removed');
      }
    });
    await attempt(deps.retireTainted);
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
