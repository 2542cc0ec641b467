import type { Kysely } from 'kysely';
import type { Config } from '../config/config.ts';
import type { Database } from '../db/tables.ts';
import type { TokenBroker } from '../github/broker/protocol.ts';
import { startDrain } from '../intake/drain.ts';
import { createJobQueue, startBoss } from '../jobs/queue.ts';
import { startTicker } from '../jobs/ticker.ts';
import { startWorker } from '../jobs/worker.ts';
import type { Log } from '../telemetry/log.ts';
import { retireTainted } from '../train/checkpoint/retire-tainted.ts';
import { roundsFolders } from './clusters.ts';
import { createHandlers, mirrorsFolder } from './handlers.ts';
import { startHousekeeping } from './housekeeping.ts';
import { startRoundSchedule } from './round-schedule.ts';
import { roundDeps } from './rounds.ts';

export interface WorkerRoleOptions {
  readonly config: Config;
  readonly db: Kysely<Database>;
  readonly databaseUrl: string;
  readonly broker: TokenBroker | null;
  readonly log: Log;
}

export interface Role {
  /** Finishes what is at work and gives the rest back; resolves when nothing of the role is left. */
  stop(): Promise<void>;
}

/** A worker also drains, slowly, so that deliveries are routed while no server runs. */
const drainEveryMs = 2000;

/** Runs jobs, and ticks for the scheduled ones. */
export async function startWorkerRole(options: WorkerRoleOptions): Promise<Role> {
  const { config, db, databaseUrl, broker, log } = options;
  const boss = await startBoss({ databaseUrl, log, role: 'worker' });
  const queue = createJobQueue(boss);
  const onProgress = (message: string): void => log.info({ message }, 'cluster is made ready');
  const rounds = roundDeps({ config, db, queue, log, onProgress });
  const handlers = createHandlers({ config, db, queue, broker, rounds });
  const worker = await startWorker({ boss, db, queue, handlers, log, concurrency: config.workerConcurrency });
  const drain = startDrain({ db, queue, log }, drainEveryMs);
  const housekeeping = startHousekeeping({
    db,
    log,
    mirrors: mirrorsFolder(config),
    rounds: () => roundsFolders(config),
    retireTainted: () => retireTainted(rounds.checkpoints),
  });
  const ticker = startTicker({ db, queue, log, now: () => new Date() }, [
    { cron: `*/${config.sweepMinutes} * * * *`, kind: 'deliveries.sweep' },
    { cron: '17 3 * * *', kind: 'payloads.expire' },
  ]);
  const roundSchedule = startRoundSchedule(rounds, config.rounds);
  return {
    async stop() {
      await roundSchedule.stop();
      await housekeeping.stop();
      await ticker.stop();
      await drain.stop();
      await worker.stop();
    },
  };
}
