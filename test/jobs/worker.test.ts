import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { PgBoss } from 'pg-boss';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ErrorCode, MendloopError } from '../../src/domain/errors.ts';
import { createJobAdmin } from '../../src/jobs/admin.ts';
import { startBoss } from '../../src/jobs/boss.ts';
import type { NewJob } from '../../src/jobs/job.ts';
import { createJobQueue, type JobQueue } from '../../src/jobs/queue.ts';
import { deadQueue } from '../../src/jobs/queues.ts';
import { type RunningWorker, startWorker } from '../../src/jobs/worker.ts';
import { jobKinds } from '../../src/main/stages.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { everyKind } from '../support/every-kind.ts';
import { startWorkerProcess } from './processes.ts';

const log = createLog('silent');
const patience = { timeout: 20_000, interval: 100 };

let database: TestDatabase;
let boss: PgBoss;
let queue: JobQueue;

beforeEach(async () => {
  database = await testDatabase();
  await sql`
    create table job_run (run int generated always as identity primary key, job_id uuid, key text, pid int,
      started_at timestamptz, ended_at timestamptz)`.execute(database.db);
  boss = await startBoss({ databaseUrl: database.url, log, role: 'worker' });
  queue = createJobQueue(boss, jobKinds);
});
afterEach(async () => {
  await boss.stop({ graceful: false, close: true });
  await database[Symbol.asyncDispose]();
});

function issueJob(repository_id: number, number: number): NewJob {
  return { kind: 'collect.issue', payload: { repository_id, number }, cause: randomUUID() };
}

function enqueue(...jobs: readonly NewJob[]): Promise<string[]> {
  return database.db.transaction().execute((trx) => queue.enqueue(trx, jobs));
}

interface Row {
  readonly name: string;
  readonly state: string;
  readonly retry_count: number;
  readonly wait: number;
  readonly deferred: number;
  readonly output: Record<string, unknown> | null;
}

async function rowsOf(number: number): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select name, state, retry_count, (data->>'deferred')::int as deferred, output,
      extract(epoch from start_after - now())::float8 as wait
    from pgboss.job where data->'payload'->>'number' = ${String(number)} order by created_on, name`.execute(
    database.db,
  );
  return rows;
}

interface Run {
  readonly job_id: string;
  readonly pid: number;
  readonly started_at: Date;
  readonly ended_at: Date | null;
}

async function runs(): Promise<Run[]> {
  const { rows } = await sql<Run>`select * from job_run order by run`.execute(database.db);
  return rows;
}

describe('a job that fails', () => {
  let worker: RunningWorker | null = null;
  let attempts: number;

  /** A worker whose jobs fail with `code` the first `times` times. */
  async function startFailing(failure: () => Error, times: number): Promise<void> {
    attempts = 0;
    const handlers = everyKind(async () => {
      attempts += 1;
      if (attempts <= times) throw failure();
      return { outcome: 'done' };
    });
    worker = await startWorker({
      boss,
      db: database.db,
      queue,
      kinds: jobKinds,
      handlers,
      log,
      concurrency: 2,
      has: async () => false,
    });
  }
  const failing = (code: ErrorCode, retryAfterSeconds?: number) => () =>
    new MendloopError(code, 'a made failure', retryAfterSeconds === undefined ? {} : { retryAfterSeconds });

  afterEach(async () => {
    await worker?.stop();
    worker = null;
  });

  test('of the class `never` is dead at once, with its code', async () => {
    await startFailing(failing('github_gone'), 99);
    await enqueue(issueJob(1, 1));
    const admin = createJobAdmin(boss, database.db);
    await expect.poll(async () => (await admin.dead(null, 10)).length, patience).toBe(1);
    const [dead] = await admin.dead(null, 10);
    expect(dead).toMatchObject({ kind: 'collect.issue', code: 'github_gone', number: 1 });
    expect(attempts).toBe(1);
  });

  test('of the class `soon` is tried again after a pause, and done when it works', async () => {
    await startFailing(failing('github_unavailable'), 2);
    await enqueue(issueJob(1, 2));
    await expect.poll(() => attempts, patience).toBe(1);
    await expect.poll(async () => (await rowsOf(2))[0]?.state, patience).toBe('retry');
    expect((await rowsOf(2))[0]?.wait).toBeGreaterThan(0);
    await expect.poll(async () => (await rowsOf(2))[0]?.state, patience).toBe('completed');
    expect(attempts).toBe(3);
  });

  test('of the class `later` is put off until the limit resets, as a row of its own that uses up no attempt', async () => {
    await startFailing(failing('github_rate_limited', 1800), 1);
    await enqueue(issueJob(1, 3));
    await expect.poll(async () => (await rowsOf(3)).length, patience).toBe(2);
    const [first, followUp] = await rowsOf(3);
    expect(first).toMatchObject({ output: { outcome: 'deferred', detail: { seconds: 1800 } } });
    expect(followUp).toMatchObject({ state: 'created', retry_count: 0, deferred: 1 });
    expect(followUp?.wait).toBeGreaterThan(1700);
  });

  test('of the class `later` runs again when its time has come', async () => {
    await startFailing(failing('github_rate_limited', 1), 2);
    await enqueue(issueJob(1, 4));
    await expect
      .poll(async () => (await rowsOf(4)).map((row) => row.output?.['outcome']), patience)
      .toEqual(['deferred', 'deferred', 'done']);
  });

  test('for a reason that nobody foresaw is tried again, and its message is not stored', async () => {
    await startFailing(() => new TypeError('CANARY of a repository'), 99);
    await enqueue(issueJob(1, 5));
    await expect.poll(async () => (await rowsOf(5))[0]?.state, patience).toBe('retry');
    const [row] = await rowsOf(5);
    expect(JSON.stringify(row?.output)).toContain('unexpected');
    expect(JSON.stringify(row)).not.toContain('CANARY');
  });

  test('does not take its neighbours of the same batch along', async () => {
    await startFailing(failing('github_gone'), 1);
    await enqueue(
      issueJob(1, 6),
      ...Array.from({ length: 9 }, (_, index) => issueJob(2 + index, 60 + index)),
    );
    await expect.poll(() => attempts, patience).toBe(10);
    const done = async () =>
      sql`select 1 from pgboss.job where state = 'completed' and name <> ${deadQueue}`.execute(database.db);
    await expect.poll(async () => (await done()).rows.length, patience).toBe(9);
  });

  test('and is dead is put back by a person as a new job, and is then done', async () => {
    await startFailing(failing('github_gone'), 1);
    await enqueue(issueJob(1, 7));
    const admin = createJobAdmin(boss, database.db);
    await expect.poll(async () => (await admin.dead(null, 10)).length, patience).toBe(1);
    const [dead] = await admin.dead(null, 10);
    expect(await admin.requeue(dead?.id ?? '')).toBe(true);
    expect(await admin.requeue(dead?.id ?? '')).toBe(false);
    await expect
      .poll(async () => (await rowsOf(7)).some((row) => row.output?.['outcome'] === 'done'), patience)
      .toBe(true);
    expect(await admin.dead(null, 10)).toEqual([]);
  });
});

describe('workers as processes', () => {
  test('two of them run 200 jobs of forty repositories without an overlap within one, each job once', async () => {
    await using first = await startWorkerProcess(database.url, 10);
    await using second = await startWorkerProcess(database.url, 10);
    await enqueue(...Array.from({ length: 200 }, (_, index) => issueJob(1 + (index % 40), index)));
    const ended = async () => (await runs()).filter((run) => run.ended_at !== null).length;
    await expect.poll(ended, { timeout: 60_000, interval: 200 }).toBe(200);
    const overlaps = await sql`
      select 1 from job_run a join job_run b
        on a.run < b.run and a.key::json->>'repository_id' = b.key::json->>'repository_id'
        and tstzrange(a.started_at, a.ended_at) && tstzrange(b.started_at, b.ended_at)`.execute(database.db);
    expect(overlaps.rows).toEqual([]);
    const all = await runs();
    expect(new Set(all.map((run) => run.job_id)).size).toBe(200);
    expect(new Set(all.map((run) => run.pid))).toEqual(new Set([first.pid, second.pid]));
  });

  test('the job of a worker that was killed is run by another within thirty seconds', async () => {
    await enqueue(issueJob(1, 1));
    const doomed = await startWorkerProcess(database.url, 600_000);
    await expect.poll(async () => (await runs()).length, patience).toBe(1);
    expect(await doomed.end('SIGKILL')).toBeNull();
    const killedAt = Date.now();
    await using other = await startWorkerProcess(database.url, 0);
    await expect
      .poll(async () => (await runs())[1]?.ended_at ?? null, { timeout: 60_000, interval: 200 })
      .not.toBeNull();
    const [lost, again] = await runs();
    expect(again?.job_id).toBe(lost?.job_id);
    expect(again?.pid).toBe(other.pid);
    expect((again?.started_at.getTime() ?? Number.NaN) - killedAt).toBeLessThan(30_000);
    await expect.poll(async () => (await rowsOf(1))[0]?.state, patience).toBe('completed');
  });

  test('the job of a worker that goes on for long is left to it', async () => {
    await enqueue(issueJob(1, 1));
    await using worker = await startWorkerProcess(database.url, 18_000);
    await using other = await startWorkerProcess(database.url, 0);
    await expect
      .poll(async () => (await rowsOf(1))[0]?.state, { timeout: 60_000, interval: 500 })
      .toBe('completed');
    const all = await runs();
    expect(all).toHaveLength(1);
    expect([worker.pid, other.pid]).toContain(all[0]?.pid);
  });

  test('SIGTERM lets the running job finish, starts no other, and ends with status 0', async () => {
    await enqueue(issueJob(1, 1), issueJob(1, 2));
    await using worker = await startWorkerProcess(database.url, 3000);
    await expect.poll(async () => (await runs()).length, patience).toBe(1);
    expect(await worker.end('SIGTERM')).toBe(0);
    const all = await runs();
    expect(all).toHaveLength(1);
    expect(all[0]?.ended_at).not.toBeNull();
    const states = [...(await rowsOf(1)), ...(await rowsOf(2))].map((row) => row.state).sort();
    expect(states).toEqual(['completed', 'created']);
  });
});
