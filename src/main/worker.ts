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
import { bindStages, mirrorsFolder } from './bind-stages.ts';
import { roundsFolders } from './clusters.ts';
import { startHousekeeping } from './housekeeping.ts';
import { startRoundSchedule } from './round-schedule.ts';
import { roundDeps } from './rounds.ts';
import { jobKinds, routes } from './stages.ts';

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

/** What this machine has when the worker starts; an engine that is started later is found by the next start. */
async function findAbilities(): Promise<Ability[]> {
  return readEngine().then(
    () => ['docker'],
    () => [],
  );
}

/** Runs jobs, and ticks for the scheduled ones. */
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
    abilities: await findAbilities(),
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
