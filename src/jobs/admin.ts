import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { PgBoss } from 'pg-boss';
import { z } from 'zod';
import type { Database } from '../db/tables.ts';
import type { Scope } from '../domain/scope.ts';
import { deadQueue, queueNames } from './queues.ts';

export interface QueueCounts {
  readonly name: string;
  /** Jobs that may start now. */
  readonly waiting: number;
  /** Jobs that wait for a time: put off, or between two attempts. */
  readonly delayed: number;
  readonly running: number;
  /** Completed jobs within the queue's retention. */
  readonly done: number;
  /** Jobs that failed for the last time and were not requeued. */
  readonly dead: number;
}

export interface JobRow {
  readonly id: string;
  readonly queue: string;
  readonly kind: string;
  readonly repository_id: number | null;
  /** Number of the issue or pull request. */
  readonly number: number | null;
  /** Attempts that failed so far. */
  readonly failed_attempts: number;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly start_after: Date;
  readonly heartbeat_at: Date | null;
  /** Code and message of the last failed attempt, never content of a repository. */
  readonly code: string | null;
  readonly message: string | null;
}

/** Reads the queue for people, and requeues dead jobs. */
export interface JobAdmin {
  /** Every queue, also the empty ones, in the order of `queueNames`. */
  queues(scope: Scope): Promise<QueueCounts[]>;
  /** Jobs at work, the longest running first. */
  running(scope: Scope, limit: number): Promise<JobRow[]>;
  /** Jobs in the order in which they start. */
  waiting(scope: Scope, limit: number): Promise<JobRow[]>;
  /** Dead jobs, the latest first. */
  dead(scope: Scope, limit: number): Promise<JobRow[]>;
  findDead(jobId: string): Promise<JobRow | null>;
  /** Moves a dead job back to its queue as a new job with all its attempts; false when there is no such dead job. */
  requeue(jobId: string): Promise<boolean>;
}

const failureSchema = z.object({ code: z.string().optional(), message: z.string().optional() });
/** pg-boss nests what it stores of a lost worker or an elapsed limit one level deeper. */
const outputSchema = z.union([
  z.object({ value: failureSchema }).transform(({ value }) => value),
  failureSchema,
]);

type StoredJob = Omit<JobRow, 'code' | 'message'> & { readonly output: unknown };

function readJob({ output, ...job }: StoredJob): JobRow {
  if (output === null) return { ...job, code: null, message: null };
  const { code = 'unexpected', message = null } = outputSchema.safeParse(output).data ?? {};
  return { ...job, code, message };
}

const repositoryOf = sql`(data->'payload'->>'repository_id')::bigint`;

function within(scope: Scope): RawBuilder<boolean> {
  return scope === null ? sql`true` : sql`${repositoryOf} = any(${scope}::bigint[])`;
}

/** Reads pg-boss's table by SQL: its own counts are up to a minute old, and not per repository. */
function select(
  where: RawBuilder<boolean>,
  order: RawBuilder<unknown>,
  limit: number,
): RawBuilder<StoredJob> {
  return sql<StoredJob>`
    select id, coalesce(source_name, name) as queue, data->>'kind' as kind, ${repositoryOf} as repository_id,
      (data->'payload'->>'number')::int as number, coalesce(source_retry_count, retry_count) as failed_attempts,
      created_on as created_at, started_on as started_at, start_after, heartbeat_on as heartbeat_at,
      coalesce(source_output, output) as output
    from pgboss.job where ${where} order by ${order} limit ${limit}`;
}

/** Selects the jobs in the dead queue; requeuing removes a job from it. */
const isDead = sql<boolean>`name = ${deadQueue} and state in ('created', 'retry', 'failed')`;
const isOurs = sql<boolean>`name = any(${[...queueNames]})`;

async function countQueues(db: Kysely<Database>, scope: Scope): Promise<QueueCounts[]> {
  const { rows } = await sql<QueueCounts>`
    select coalesce(source_name, name) as name,
      count(*) filter (where ${isOurs} and state in ('created', 'retry') and start_after <= now()) as waiting,
      count(*) filter (where ${isOurs} and state in ('created', 'retry') and start_after > now()) as delayed,
      count(*) filter (where ${isOurs} and state = 'active') as running,
      count(*) filter (where ${isOurs} and state = 'completed') as done,
      count(*) filter (where ${isDead}) as dead
    from pgboss.job where (${isOurs} or ${isDead}) and ${within(scope)} group by 1`.execute(db);
  const empty = { waiting: 0, delayed: 0, running: 0, done: 0, dead: 0 };
  return queueNames.map((name) => rows.find((row) => row.name === name) ?? { name, ...empty });
}

export function createJobAdmin(boss: PgBoss, db: Kysely<Database>): JobAdmin {
  async function read(
    where: RawBuilder<boolean>,
    order: RawBuilder<unknown>,
    limit: number,
  ): Promise<JobRow[]> {
    const { rows } = await select(where, order, limit).execute(db);
    return rows.map(readJob);
  }
  return {
    queues: (scope) => countQueues(db, scope),
    running: (scope, limit) =>
      read(sql`${isOurs} and state = 'active' and ${within(scope)}`, sql`started_on, id`, limit),
    waiting: (scope, limit) =>
      read(
        sql`${isOurs} and state in ('created', 'retry') and ${within(scope)}`,
        // As pg-boss fetches: of the jobs that may start, live ones before backfill, then the oldest.
        sql`greatest(start_after, now()), priority desc, created_on, id`,
        limit,
      ),
    dead: (scope, limit) => read(sql`${isDead} and ${within(scope)}`, sql`created_on desc, id`, limit),
    async findDead(jobId) {
      const [job] = await read(sql`${isDead} and id::text = ${jobId}`, sql`id`, 1);
      return job ?? null;
    },
    async requeue(jobId) {
      const job = await this.findDead(jobId);
      return job !== null && (await boss.redrive(deadQueue, { ids: [job.id] })) === 1;
    },
  };
}
