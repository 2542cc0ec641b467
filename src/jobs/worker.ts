import type { Kysely } from 'kysely';
import type { JobResult, JobWithMetadata, PgBoss } from 'pg-boss';
import type { Database } from '../db/tables.ts';
import { isMendloopError, MendloopError } from '../domain/errors.ts';
import { errorFields, type Log } from '../telemetry/log.ts';
import type { JobContext, JobData, JobKind, JobOutcome, JobPayload, NewJob } from './job.ts';
import { type JobQueue, type JobTable, priorityOf } from './queue.ts';
import { type Ability, type QueueName, queueNames, queues } from './queues.ts';

/** The code of one kind, with the adapters that it needs in place. */
export type BoundHandler<K extends JobKind> = (
  payload: JobPayload<K>,
  context: JobContext,
) => Promise<JobOutcome<K>>;

export type Handlers<Kinds extends JobKind = JobKind> = { readonly [K in Kinds]: BoundHandler<K> };

export interface WorkerDeps {
  readonly boss: PgBoss;
  readonly db: Kysely<Database>;
  readonly queue: JobQueue;
  readonly kinds: JobTable;
  readonly handlers: Handlers;
  readonly log: Log;
  /** Fetches at work at once, per queue that sets no number of its own. */
  readonly concurrency: number;
  /** Whether this worker has what a queue needs; asked at the start, and only for queues that hold a kind of job. */
  readonly has: (ability: Ability) => Promise<boolean>;
}

/** How often a job may be put off by a rate limit or a full disk before it counts as failed. */
const maxDeferrals = 100;
const defaultDeferralSeconds = 60;

type Job = JobWithMetadata<JobData>;

type AnyHandler = (payload: JobPayload, context: JobContext) => Promise<JobOutcome>;

/** Throws `input_invalid` for a kind of another version of Mendloop. */
function handlerOf(handlers: Handlers, kind: JobKind): AnyHandler {
  if (!Object.hasOwn(handlers, kind)) throw new MendloopError('input_invalid', 'unknown job kind');
  // Kind and payload were enqueued together; the compiler cannot see that through the row.
  return handlers[kind] as AnyHandler;
}

/** Puts a job off until a limit has reset; the follow-up is a new row, so no attempt is used up. */
async function defer(deps: WorkerDeps, job: Job, seconds: number) {
  const { kind, payload, cause, deferred } = job.data;
  const priority = priorityOf(job.priority);
  const followUp = { kind, payload, cause, priority, startAfterSeconds: seconds } as NewJob;
  await deps.db.transaction().execute((trx) => deps.queue.enqueue(trx, [followUp], deferred + 1));
  return { outcome: 'deferred', detail: { seconds } };
}

function failure(job: Job, error: unknown): JobResult {
  const typed = isMendloopError(error);
  const output = typed
    ? { code: error.code, message: error.message }
    : { code: 'unexpected', message: error instanceof Error ? error.name : 'unknown' };
  const status = typed && error.retry === 'never' ? 'deadletter' : 'failed';
  return { id: job.id, status, output };
}

async function settle(deps: WorkerDeps, job: Job): Promise<JobResult> {
  const { kind, payload, deferred } = job.data;
  const log = deps.log.child({ job_id: job.id, kind });
  try {
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
  // A busy repository's next job is passed over: taking it would fail the whole fetch, and hold up all the others.
  groupConcurrency: 1,
  burstWhenBatchFull: true,
  pollingIntervalSeconds: 0.5,
  notifyPollingIntervalSeconds: 1,
  perJobResults: true,
  includeMetadata: true,
} as const;

/** Takes jobs of one queue until the worker stops. */
async function takeJobs(deps: WorkerDeps, name: QueueName): Promise<void> {
  const { batchSize, concurrency } = queues[name];
  const localConcurrency = concurrency ?? deps.concurrency;
  let workerId = '';
  workerId = await deps.boss.work<JobData>(
    name,
    { ...fetching, batchSize, localConcurrency },
    async (jobs) => {
      const results = await Promise.all((jobs as Job[]).map((job) => settle(deps, job)));
      // A repository's next job is fetchable only after this one is settled: look again at once instead of after a poll.
      setTimeout(() => deps.boss.notifyWorker(workerId), 20).unref();
      return results;
    },
  );
}

/** The queues that hold a kind of job and need nothing that this worker lacks. */
async function queuesFor({ kinds, has }: WorkerDeps): Promise<QueueName[]> {
  const used = new Set(Object.values(kinds).map((kind) => kind.queue));
  const taken: QueueName[] = [];
  for (const name of queueNames.filter((queue) => used.has(queue))) {
    const { needs } = queues[name];
    if (needs === null || (await has(needs))) taken.push(name);
  }
  return taken;
}

export interface RunningWorker {
  /** Stops fetching, waits for the jobs at work (at most 20 s), then closes the queue's connections. */
  stop(): Promise<void>;
}

/** Starts taking jobs. Any number of workers may run, on any number of hosts. */
export async function startWorker(deps: WorkerDeps): Promise<RunningWorker> {
  const taken = await queuesFor(deps);
  for (const name of taken) await takeJobs(deps, name);
  deps.log.info({ queues: taken, concurrency: deps.concurrency }, 'worker started');
  return {
    stop: () => deps.boss.stop({ graceful: true, timeout: 20_000, close: true }),
  };
}
