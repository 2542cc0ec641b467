import type { Transaction } from 'kysely';
import { fromKysely, type JobInsert, type PgBoss } from 'pg-boss';
import type { Database } from '../db/tables.ts';
import {
  type JobData,
  jobIdOf,
  type JobKind,
  type JobPayload,
  type JobPriority,
  type NewJob,
} from './job.ts';
import { type QueueName, queues } from './queues.ts';

/** Where the jobs of each kind wait. Jobs of one queue with the same key never overlap, on any number of workers. */
export type JobTable = {
  readonly [K in JobKind]: {
    readonly queue: QueueName;
    readonly key: (payload: JobPayload<K>) => string;
  };
};

/** pg-boss fetches the highest number first, and rows from before priorities have 0. */
const priorities: Readonly<Record<JobPriority, number>> = { live: 0, backfill: -1 };

export function priorityOf(stored: number): JobPriority {
  return stored < 0 ? 'backfill' : 'live';
}

export function keyOf(kinds: JobTable, job: NewJob): string {
  const { queue, key } = kinds[job.kind];
  // The union of kinds makes `payload` and `key` match; the compiler cannot see that through the index.
  return queues[queue].serialBy === 'queue' ? queue : (key as (payload: JobPayload) => string)(job.payload);
}

/**
 * The key serialises (a unique index of the active ones); the group keeps a fetch from stumbling over an active key.
 */
function toInsert(job: NewJob, key: string, deferred: number): JobInsert<JobData> {
  return {
    id: jobIdOf(job, deferred),
    data: { kind: job.kind, payload: job.payload, cause: job.cause, deferred },
    priority: priorities[job.priority ?? 'live'],
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

export function createJobQueue(boss: PgBoss, kinds: JobTable): JobQueue {
  return {
    async enqueue(trx, jobs, deferred = 0) {
      const byQueue = Map.groupBy(jobs, (job) => kinds[job.kind].queue);
      const db = fromKysely(trx);
      for (const [queue, group] of byQueue) {
        await boss.insert(
          queue,
          group.map((job) => toInsert(job, keyOf(kinds, job), deferred)),
          { db },
        );
      }
      return jobs.map((job) => jobIdOf(job, deferred));
    },
  };
}
