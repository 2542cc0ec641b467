import { sql } from 'kysely';
import type { PgBoss } from 'pg-boss';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startBoss } from '../../src/jobs/boss.ts';
import { createJobQueue } from '../../src/jobs/queue.ts';
import { type Handlers, type RunningWorker, startWorker } from '../../src/jobs/worker.ts';
import { jobKinds } from '../../src/main/stages.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const log = createLog('silent');
const patience = { timeout: 20_000, interval: 50 };

let database: TestDatabase;
let boss: PgBoss;
let worker: RunningWorker | undefined;
let done: string[];

beforeEach(async () => {
  database = await testDatabase();
  done = [];
});
afterEach(async () => {
  await worker?.stop();
  await boss.stop({ graceful: false, close: true });
  await database[Symbol.asyncDispose]();
});

async function enqueue(repository_id: number, number: number): Promise<void> {
  const job = { kind: 'collect.issue', payload: { repository_id, number }, cause: `${number}` } as const;
  await database.db.transaction().execute((trx) => createJobQueue(boss, jobKinds).enqueue(trx, [job]));
}

async function work(collect: Handlers['collect.issue']): Promise<void> {
  const handlers = { 'collect.issue': collect } as Partial<Handlers> as Handlers;
  const { db } = database;
  worker = await startWorker({
    boss,
    db,
    queue: createJobQueue(boss, jobKinds),
    kinds: jobKinds,
    handlers,
    log,
    concurrency: 4,
    has: async () => false,
  });
}

// Incident: the oldest waiting jobs were a busy repository's; each fetch tried them, failed on the unique index of
// active keys and took nothing, so every other repository waited for the busy one.
test('jobs of other repositories run while a busy one has the oldest jobs in the queue', async () => {
  boss = await startBoss({ databaseUrl: database.url, log, role: 'worker' });
  for (const number of [1, 2, 3]) await enqueue(7, number);
  for (const number of [4, 5]) await enqueue(8, number);
  const others = Promise.withResolvers<void>();

  await work(async ({ repository_id, number }) => {
    if (repository_id === 7) await others.promise;
    done.push(`${repository_id}/${number}`);
    if (done.length === 2) others.resolve();
    return { outcome: 'saved' };
  });

  await expect.poll(() => done, patience).toHaveLength(5);
  expect(done).toEqual(['8/4', '8/5', '7/1', '7/2', '7/3']);
});

// Incident: pg-boss skips the keys that were active when it last wrote its statistics, and reads those once a minute:
// after a restart every repository that had been at work stood still for up to 60 s.
test('a repository that was at work when the statistics were written is not left out', async () => {
  boss = await startBoss({ databaseUrl: database.url, log, role: 'server' });
  await sql`update pgboss.queue set singletons_active = '{7}' where name = 'repository'`.execute(database.db);
  await enqueue(7, 1);
  await boss.stop({ graceful: false, close: true });
  boss = await startBoss({ databaseUrl: database.url, log, role: 'worker' });

  await work(async ({ number }) => {
    done.push(`${number}`);
    return { outcome: 'saved' };
  });

  await expect.poll(() => done, { ...patience, timeout: 4000 }).toEqual(['1']);
});
