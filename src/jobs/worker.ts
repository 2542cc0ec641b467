import type { Kysely } from 'kysely';
import type { JobResult, JobWithMetadata, PgBoss } from 'pg-boss';
import type { Database } from '../db/tables.ts';
import { isMendloopError, MendloopError } from '../domain/errors.ts';
import { errorFields, type Log } from '../telemetry/log.ts';
import type { JobData, NewJob } from './job.ts';
import type { JobQueue } from './queue.ts';
import { isJobKind, type JobKind, type JobPayloads, queueNames } from './registry.ts';

export interface JobContext {
  readonly jobId: string;
  readonly kind: JobKind;
  readonly log: Log;
  /** Aborted when the worker is stopping or the job has lost its lease. */
  readonly signal: AbortSignal;
}

/** What a finished job reports: one word for the dashboard, and ids. An expected refusal is an outcome, not an error. */
export interface JobOutcome {
  readonly outcome: string;
  readonly detail?: Readonly<Record<string, string | number | null>>;
}

export type Handlers = {
  readonly [K in JobKind]: (payload: JobPayloads[K], context: JobContext) => Promise<JobOutcome>;
};

export interface WorkerDeps {
  readonly boss: PgBoss;
  readonly db: Kysely<Database>;
  readonly queue: JobQueue;
  readonly handlers: Handlers;
  readonly log: Log;
  /** Jobs at work at once, per queue. */
  readonly concurrency: number;
}

/** How often a job may be put off by a rate limit or a full disk before it counts as failed. */
const maxDeferrals = 100;
const defaultDeferralSeconds = 60;

type Job = JobWithMetadata<JobData>;

type AnyHandler = (payload: JobPayloads[JobKind], context: JobContext) => Promise<JobOutcome>;

/** Kind and payload were enqueued together; the compiler cannot see that through the row. */
function handlerOf(handlers: Handlers, kind: JobKind): AnyHandler {
  return handlers[kind] as AnyHandler;
}

/** Puts a job off until a limit has reset; the follow-up is a new row, so no attempt is used up. */
async function defer(deps: WorkerDeps, job: Job, seconds: number): Promise<JobOutcome> {
  const { kind, payload, cause, deferred } = job.data;
  const followUp = { kind, payload, cause, startAfterSeconds: seconds } as NewJob;
  await deps.db.transaction().execute((trx) => deps.queue.enqueue(trx, [followUp], deferred + 1));
  return { outcome: 'deferred', detail: { seconds } };
}

function failure(job: Job, error: unknown): JobResult {
  const known = isMendloopError(error);
  const output = known
    ? { code: error.code, message: error.message }
    : { code: 'unexpected', message: error instanceof Error ? error.name : 'unknown' };
  const status = known && error.retry === 'never' ? 'deadletter' : 'failed';
  return { id: job.id, status, output };
}

async function settle(deps: WorkerDeps, job: Job): Promise<JobResult> {
  const { kind, payload, deferred } = job.data;
  const log = deps.log.child({ job_id: job.id, kind });
  try {
    if (!isJobKind(kind)) throw new MendloopError('input_invalid', 'unknown job kind');
    const context = { jobId: job.id, kind, log, signal: job.signal };
    const outcome = await handlerOf(deps.handlers, kind)(payload, context);
    log.info({ outcome: outcome.outcome, ...outcome.detail }, 'job done');
    return { id: job.id, status: 'completed', output: outcome };
  } catch (error) {
    log.warn({ ...errorFields(error), attempt: job.retryCount }, 'job failed');
    if (isMendloopError(error) && error.retry === 'later' && deferred < maxDeferrals) {
      const output = await defer(deps, job, error.retryAfterSeconds ?? defaultDeferralSeconds);
      return { id: job.id, status: 'completed', output };
    }
    return failure(job, error);
  }
}

const fetching = {
  batchSize: 2,
  // A busy repository's next job is passed over: taking it would fail the whole fetch, and hold up all the others.
  groupConcurrency: 1,
  burstWhenBatchFull: true,
  pollingIntervalSeconds: 0.5,
  notifyPollingIntervalSeconds: 1,
  perJobResults: true,
  includeMetadata: true,
} as const;

export interface RunningWorker {
  /** Stops fetching, waits for the jobs at work (at most 20 s), then closes the queue's connections. */
  stop(): Promise<void>;
}

/** Starts taking jobs of every queue. Any number of workers may run, on any number of hosts. */
export async function startWorker(deps: WorkerDeps): Promise<RunningWorker> {
  for (const name of queueNames) {
    let workerId = '';
    workerId = await deps.boss.work<JobData>(
      name,
      { ...fetching, localConcurrency: deps.concurrency },
      async (jobs) => {
        const results = await Promise.all((jobs as Job[]).map((job) => settle(deps, job)));
        // A repository's next job is fetchable only after this one is settled: look again at once instead of after a poll.
        setTimeout(() => deps.boss.notifyWorker(workerId), 20).unref();
        return results;
      },
    );
  }
  deps.log.info({ concurrency: deps.concurrency }, 'worker started');
  return {
    stop: () => deps.boss.stop({ graceful: true, timeout: 20_000, close: true }),
  };
}
