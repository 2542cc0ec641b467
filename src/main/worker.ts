import type { Kysely } from 'kysely';
import type { Config } from '../config/config.ts';
import type { Database } from '../db/tables.ts';
import { readEngine } from '../docker/engine.ts';
import type { TokenBroker } from '../github/broker/protocol.ts';
import { startDrain } from '../intake/drain.ts';
import { startBoss } from '../jobs/boss.ts';
import { createJobQueue } from '../jobs/queue.ts';
import type { Ability } from '../jobs/queues.ts';
import { startTicker } from '../jobs/ticker.ts';
import { startWorker } from '../jobs/worker.ts';
import type { Log } from '../telemetry/log.ts';
import { retireTainted } from '../train/checkpoint/retire-tainted.ts';
import { startHousekeeping } from './housekeeping.ts';
import { startRoundSchedule } from './round-schedule.ts';
import { jobKinds, routes } from './stages.ts';
import { bindStages } from './wiring/bind-stages.ts';
import { roundsFolders } from './wiring/clusters.ts';
import { mirrorsFolder } from './wiring/github.ts';
import { roundDeps } from './wiring/rounds.ts';

export interface WorkerRoleOptions {
  readonly config: Config;
  readonly db: Kysely<Database>;
  readonly databaseUrl: string;
  readonly broker: TokenBroker | null;
  readonly log: Log;
}

export interface Role {
  /**
   * Waits for the jobs at work, gives those that do not end in time back to the queue, and closes everything of the
   * role.
   */
  stop(): Promise<void>;
}

/** Interval at which a worker routes deliveries, in case no server runs. */
const drainEveryMs = 2000;

/** Returns whether this machine has it now. A Docker engine that starts later is used after a restart of the worker. */
function hasAbility(ability: Ability): Promise<boolean> {
  switch (ability) {
    case 'docker':
      return readEngine().then(
        () => true,
        () => false,
      );
    default:
      return ability satisfies never;
  }
}

/** Runs jobs, and enqueues the scheduled ones. */
export async function startWorkerRole(options: WorkerRoleOptions): Promise<Role> {
  const { config, db, databaseUrl, broker, log } = options;
  const boss = await startBoss({ databaseUrl, log, role: 'worker' });
  const queue = createJobQueue(boss, jobKinds);
  const onProgress = (message: string): void => log.info({ message }, 'cluster is made ready');
  const rounds = roundDeps({ config, db, queue, log, onProgress });
  const { handlers, ticks } = await bindStages({ config, db, queue, broker, rounds });
  const worker = await startWorker({
    boss,
    db,
    queue,
    kinds: jobKinds,
    handlers,
    log,
    concurrency: config.workerConcurrency,
    has: hasAbility,
  });
  const drain = startDrain({ db, queue, routes, log }, drainEveryMs);
  const housekeeping = startHousekeeping({
    db,
    log,
    mirrors: mirrorsFolder(config),
    rounds: () => roundsFolders(config),
    retireTainted: () => retireTainted(rounds.checkpoints),
  });
  const ticker = startTicker({ db, queue, log, now: () => new Date() }, ticks);
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
