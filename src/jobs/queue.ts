import type { Transaction } from 'kysely';
import { fromKysely, type JobInsert, PgBoss } from 'pg-boss';
import { translateDatabaseError } from '../db/connect.ts';
import type { Database } from '../db/tables.ts';
import type { Log } from '../telemetry/log.ts';
import { errorFields } from '../telemetry/log.ts';
import { forgetActiveKeys } from './active-keys.ts';
import { type JobData, jobIdOf, keyOf, type NewJob, queueOf } from './job.ts';
import { deadQueue, queueNames } from './registry.ts';

const day = 86_400;

/** Attempts at soon-to-be-retried failures: 1 + 8, over about ten minutes. */
const retry = { retryLimit: 8, retryDelay: 2, retryBackoff: true, retryDelayMax: 300 };

/** A dead worker is noticed after `heartbeatSeconds` and one monitor pass: its job is back within 30 s. */
const liveness = { heartbeatSeconds: 10, expireInSeconds: 3600 };

export interface BossOptions {
  readonly databaseUrl: string;
  readonly log: Log;
  /** Workers take jobs and listen; a server inserts, and both notice dead workers. */
  readonly role: 'worker' | 'server' | 'migrator';
}

/** Opens pg-boss for a role. Only the migrator may create or change its schema; others call `assertQueueSchema` first. */
export async function startBoss({ databaseUrl, log, role }: BossOptions): Promise<PgBoss> {
  const worker = role === 'worker';
  const boss = new PgBoss({
    connectionString: databaseUrl,
    application_name: `mendloop-jobs-${role}`,
    schema: 'pgboss',
    max: worker ? 8 : 2,
    migrate: role === 'migrator',
    createSchema: role === 'migrator',
    supervise: role !== 'migrator',
    schedule: false,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
    useListenNotify: worker,
    reindex: worker,
  });
  boss.on('error', (error) => log.warn(errorFields(error), 'job queue error'));
  forgetActiveKeys(boss);
  try {
    await boss.start();
    return boss;
  } catch (error) {
    await boss.stop({ graceful: false, close: true }).catch(() => undefined);
    throw translateDatabaseError(error);
  }
}

/** Creates the queues, or brings their options up to date. */
export async function createQueues(boss: PgBoss): Promise<void> {
  const dead = { retentionSeconds: 365 * day, deleteAfterSeconds: 365 * day };
  await boss.createQueue(deadQueue, { policy: 'standard', ...dead });
  await boss.updateQueue(deadQueue, dead);
  const options = {
    ...retry,
    ...liveness,
    notify: true,
    deadLetter: deadQueue,
    deleteAfterSeconds: 14 * day,
  };
  for (const name of queueNames) {
    await boss.createQueue(name, { policy: 'singleton', ...options });
    await boss.updateQueue(name, { ...retry, notify: true, deadLetter: deadQueue });
  }
}

/** The key serialises (a unique index of the active ones); the group keeps a fetch from stumbling over an active key. */
function toInsert(job: NewJob, deferred: number): JobInsert<JobData> {
  const key = keyOf(job);
  return {
    id: jobIdOf(job, deferred),
    data: { kind: job.kind, payload: job.payload, cause: job.cause, deferred },
    singletonKey: key,
    group: { id: key },
    ...(job.startAfterSeconds === undefined ? {} : { startAfter: job.startAfterSeconds }),
  };
}

/** The one way to enqueue: inside the transaction that made the jobs necessary. */
export interface JobQueue {
  /** Guarantees one row per (kind, cause, payload), however often it is called; returns the ids. */
  enqueue(trx: Transaction<Database>, jobs: readonly NewJob[], deferred?: number): Promise<string[]>;
}

export function createJobQueue(boss: PgBoss): JobQueue {
  return {
    async enqueue(trx, jobs, deferred = 0) {
      const byQueue = Map.groupBy(jobs, queueOf);
      const db = fromKysely(trx);
      for (const [queue, group] of byQueue) {
        await boss.insert(
          queue,
          group.map((job) => toInsert(job, deferred)),
          { db },
        );
      }
      return jobs.map((job) => jobIdOf(job, deferred));
    },
  };
}
