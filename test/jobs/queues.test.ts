import { setTimeout as sleep } from 'node:timers/promises';
import type { PgBoss } from 'pg-boss';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startBoss } from '../../src/jobs/boss.ts';
import { createJobQueue, type JobTable } from '../../src/jobs/queue.ts';
import type { Ability, QueueName } from '../../src/jobs/queues.ts';
import { type RunningWorker, startWorker } from '../../src/jobs/worker.ts';
import { jobKinds } from '../../src/main/stages.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { everyKind } from '../support/every-kind.ts';

const log = createLog('silent');
const patience = { timeout: 20_000, interval: 50 };

let database: TestDatabase;
let inserting: PgBoss;
let workers: RunningWorker[];
let done: number[];

beforeEach(async () => {
  database = await testDatabase();
  inserting = await startBoss({ databaseUrl: database.url, log, role: 'server' });
  workers = [];
  done = [];
});
afterEach(async () => {
  for (const worker of workers) await worker.stop();
  await inserting.stop({ graceful: false, close: true });
  await database[Symbol.asyncDispose]();
});

/** The product's kinds, with `collect.issue` in another queue. */
function issuesIn(queue: QueueName): JobTable {
  return { ...jobKinds, 'collect.issue': { ...jobKinds['collect.issue'], queue } };
}

async function enqueue(kinds: JobTable, ...numbers: readonly number[]): Promise<void> {
  const jobs = numbers.map(
    (number) =>
      ({ kind: 'collect.issue', payload: { repository_id: number, number }, cause: `${number}` }) as const,
  );
  await database.db.transaction().execute((trx) => createJobQueue(inserting, kinds).enqueue(trx, jobs));
}

async function addWorker(kinds: JobTable, abilities: readonly Ability[]): Promise<void> {
  const { db, url } = database;
  const boss = await startBoss({ databaseUrl: url, log, role: 'worker' });
  const handlers = everyKind(async (payload) => {
    const { number } = payload as { readonly number: number };
    atWork += 1;
    most = Math.max(most, atWork);
    await sleep(30);
    atWork -= 1;
    done.push(number);
    return { outcome: 'saved' };
  });
  const queue = createJobQueue(boss, kinds);
  workers.push(
    await startWorker({
      boss,
      db,
      queue,
      kinds,
      handlers,
      log,
      concurrency: 4,
      has: async (ability) => abilities.includes(ability),
    }),
  );
}

let atWork = 0;
let most = 0;

test('a job of the queue `run` waits for a worker that has Docker', async () => {
  const kinds = issuesIn('run');
  await addWorker(kinds, []);
  await enqueue(kinds, 1);
  await sleep(3000);
  expect(done).toEqual([]);
  await addWorker(kinds, ['docker']);
  await expect.poll(() => done, patience).toEqual([1]);
});

test('jobs of the queue `publish` run one at a time on all workers together, whatever their keys', async () => {
  const kinds = issuesIn('publish');
  await addWorker(kinds, []);
  await addWorker(kinds, []);
  most = 0;
  await enqueue(kinds, 1, 2, 3, 4, 5, 6);
  await expect.poll(() => done.toSorted(), patience).toEqual([1, 2, 3, 4, 5, 6]);
  expect(most).toBe(1);
});
