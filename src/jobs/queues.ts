import type { PgBoss } from 'pg-boss';

/** What a worker may have beside the database; it takes no job of a queue whose need it lacks. */
export type Ability = 'docker';

interface Queue {
  /** What excludes one another on all workers together: jobs with the same key, or all jobs of the queue. */
  readonly serialBy: 'key' | 'queue';
  readonly needs: Ability | null;
  /** A job that runs longer counts as failed and is retried. Below 24 h, as pg-boss requires. */
  readonly expireInSeconds: number;
  /** Jobs of one fetch; their results are stored together when the slowest has ended. */
  readonly batchSize: number;
  /** Fetches at work at once in one worker; null: WORKER_CONCURRENCY. */
  readonly concurrency: number | null;
}

const hour = 3600;
const day = 24 * hour;

/** Jobs of seconds. Two in a batch keep the database's fetches few, and none waits long for the other's result. */
const quick = {
  serialBy: 'key',
  needs: null,
  expireInSeconds: hour,
  batchSize: 2,
  concurrency: null,
} as const;

/**
 * Queues by the nature of their jobs: how long one takes, what it needs, and what it must not run beside. Names and the
 * serial policy never change, since rows of jobs refer to them.
 */
export const queues = {
  /**
   * Reads of one repository, in seconds. A purge shares the queue, so it never runs beside the collecting of its
   * repository.
   */
  repository: quick,
  /** What GitHub says of one installation; two readings at once would overwrite each other's result. */
  installation: quick,
  /** Work on the whole database, by schedule. */
  system: quick,
  /** One step of a training round. Waiting for a cluster is no job: a step enqueues the next one with a delay. */
  round: quick,
  /**
   * Code of a repository in a container, for minutes or hours. Batches of one: a result is stored as soon as its job
   * has ended. One at a time in a worker: a run may use the whole machine, and more workers are how runs scale out.
   */
  run: { serialBy: 'key', needs: 'docker', expireInSeconds: 6 * hour, batchSize: 1, concurrency: 1 },
  /** Writes to GitHub, one at a time for all workers together: no two jobs can open the same pull request. */
  publish: { serialBy: 'queue', needs: null, expireInSeconds: hour, batchSize: 1, concurrency: 1 },
} as const satisfies Readonly<Record<string, Queue>>;

export type QueueName = keyof typeof queues;
export const queueNames = Object.keys(queues) as readonly QueueName[];

/** Keeps jobs that failed for the last time for a year, to be read and requeued by a person. */
export const deadQueue = 'dead';

/** Attempts at failures of the class `soon`: 1 + 8, over about ten minutes. */
const retry = { retryLimit: 8, retryDelay: 2, retryBackoff: true, retryDelayMax: 300 };

/** A dead worker is noticed after this time and one monitor pass of 5 s: its job is back within 30 s. */
const heartbeatSeconds = 10;

/** Creates the queues, or brings their options up to date; a job keeps the options that it was enqueued with. */
export async function createQueues(boss: PgBoss): Promise<void> {
  const dead = { retentionSeconds: 365 * day, deleteAfterSeconds: 365 * day };
  await boss.createQueue(deadQueue, { policy: 'standard', ...dead });
  await boss.updateQueue(deadQueue, dead);
  for (const name of queueNames) {
    const { expireInSeconds } = queues[name];
    const options = {
      ...retry,
      heartbeatSeconds,
      expireInSeconds,
      notify: true,
      deadLetter: deadQueue,
      deleteAfterSeconds: 14 * day,
    };
    await boss.createQueue(name, { policy: 'singleton', ...options });
    await boss.updateQueue(name, options);
  }
}
