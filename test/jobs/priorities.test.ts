import { sql } from 'kysely';
import type { PgBoss } from 'pg-boss';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MendloopError } from '../../src/domain/errors.ts';
import { createJobAdmin } from '../../src/jobs/admin.ts';
import { startBoss } from '../../src/jobs/boss.ts';
import type { JobPriority, NewJob } from '../../src/jobs/job.ts';
import { createJobQueue } from '../../src/jobs/queue.ts';
import { type RunningWorker, startWorker } from '../../src/jobs/worker.ts';
import { jobKinds } from '../../src/main/stages.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { everyKind } from '../support/every-kind.ts';

const log = createLog('silent');
const patience = { timeout: 20_000, interval: 20 };
const backlog = 10_000;
/** Jobs that one fetch takes at most. */
const batch = 2;

let database: TestDatabase;
let boss: PgBoss;
let worker: RunningWorker | null;
/** Numbers of the jobs that were begun, in order. */
let begun: number[];

beforeEach(async () => {
  database = await testDatabase();
  boss = await startBoss({ databaseUrl: database.url, log, role: 'worker' });
  worker = null;
  begun = [];
});
afterEach(async () => {
  await (worker?.stop() ?? boss.stop({ graceful: false, close: true }));
  await database[Symbol.asyncDispose]();
});

function issueJob(repository_id: number, number: number, priority: JobPriority): NewJob {
  return { kind: 'collect.issue', payload: { repository_id, number }, priority, cause: `${number}` };
}

function enqueue(...jobs: readonly NewJob[]): Promise<string[]> {
  const queue = createJobQueue(boss, jobKinds);
  return database.db.transaction().execute((trx) => queue.enqueue(trx, jobs));
}

function backfill(repositoryOf: (number: number) => number): Promise<string[]> {
  const numbers = Array.from({ length: backlog }, (_, index) => index + 1);
  return enqueue(...numbers.map((number) => issueJob(repositoryOf(number), number, 'backfill')));
}

async function work(handle: (number: number) => Promise<void> = async () => undefined): Promise<void> {
  const handlers = everyKind(async (payload) => {
    const { number } = payload as { readonly number: number };
    begun.push(number);
    await handle(number);
    return { outcome: 'saved' };
  });
  const { db } = database;
  const queue = createJobQueue(boss, jobKinds);
  const deps = { boss, db, queue, kinds: jobKinds, handlers, log, concurrency: 1, has: async () => false };
  worker = await startWorker(deps);
}

describe.each([
  { name: 'many repositories', repositoryOf: (number: number) => number },
  { name: 'one repository', repositoryOf: () => 1 },
])('with 10,000 backfill jobs of $name waiting', ({ repositoryOf }) => {
  const live = backlog + 1;

  test('a live job is in the next fetch', async () => {
    await backfill(repositoryOf);
    await enqueue(issueJob(repositoryOf(1), live, 'live'));
    await work();
    await expect.poll(() => begun.length, patience).toBeGreaterThanOrEqual(batch);
    expect(begun.slice(0, batch)).toContain(live);
  });

  test('a live job that arrives while they are at work waits for what has begun, and for no other', async () => {
    await backfill(repositoryOf);
    let begunBefore = Number.NaN;
    await work(async () => {
      if (begun.length !== 20) return;
      await enqueue(issueJob(repositoryOf(1), live, 'live'));
      begunBefore = begun.length;
    });
    await expect.poll(() => begun, patience).toContain(live);
    expect(begun.indexOf(live) - begunBefore).toBeLessThanOrEqual(batch);
  });
});

test('backfill goes on where nothing live waits, and a live job of the same repository comes first', async () => {
  await enqueue(issueJob(7, 1, 'backfill'), issueJob(7, 2, 'backfill'), issueJob(7, 3, 'live'));
  await work();
  await expect.poll(() => begun, patience).toHaveLength(3);
  expect(begun[0]).toBe(3);
});

async function priorities(): Promise<number[]> {
  const { rows } = await sql<{ priority: number }>`
    select priority from pgboss.job where state = 'created' order by created_on`.execute(database.db);
  return rows.map(({ priority }) => priority);
}

test('a job that was put off keeps its priority', async () => {
  await enqueue(issueJob(7, 1, 'backfill'), issueJob(8, 2, 'live'));
  await work(() => {
    throw new MendloopError('github_rate_limited', 'made', { retryAfterSeconds: 1800 });
  });
  await expect.poll(async () => (await priorities()).toSorted(), patience).toEqual([-1, 0]);
});

test('a job that died and was requeued keeps its priority', async () => {
  await enqueue(issueJob(7, 1, 'backfill'));
  await work(() => {
    throw new MendloopError('github_gone', 'made');
  });
  const admin = createJobAdmin(boss, database.db);
  await expect.poll(async () => (await admin.dead(null, 10)).length, patience).toBe(1);
  const [dead] = await admin.dead(null, 10);
  await worker?.stop();
  worker = null;
  boss = await startBoss({ databaseUrl: database.url, log, role: 'server' });
  expect(await createJobAdmin(boss, database.db).requeue(dead?.id ?? '')).toBe(true);
  expect(await priorities()).toEqual([-1]);
});
