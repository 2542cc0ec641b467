import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type JobWorld, jobWorld } from './jobs.ts';

let database: TestDatabase;
let world: JobWorld;

beforeAll(async () => {
  database = await testDatabase();
  world = await jobWorld(database.db, database.url);
  for (const repository_id of [101, 102]) {
    await world.enqueue({
      kind: 'collect.pull',
      payload: { repository_id, number: 8, head_shas: [] },
      cause: 'a',
    });
  }
  await world.enqueue({ kind: 'collect.issue', payload: { repository_id: 101, number: 5 }, cause: 'b' });
  await world.work();
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

it('counts each queue, also for some repositories only', async () => {
  const all = await world.admin.queues(null);
  expect(all.map(({ name }) => name)).toEqual([
    'repository',
    'installation',
    'system',
    'round',
    'run',
    'publish',
  ]);
  expect(all[0]).toEqual({ name: 'repository', waiting: 0, delayed: 0, running: 0, done: 1, dead: 2 });
  expect((await world.admin.queues([101]))[0]).toMatchObject({ done: 1, dead: 1 });
  expect((await world.admin.queues([]))[0]).toMatchObject({ done: 0, dead: 0 });
});

it('names what a dead job was about and why it failed', async () => {
  const [job] = await world.admin.dead([102], 10);
  expect(job).toMatchObject({
    queue: 'repository',
    kind: 'collect.pull',
    repository_id: 102,
    number: 8,
    code: 'github_forbidden',
    message: 'reading the pull request: status 403',
  });
});

it('shows what runs and what waits, next first', async () => {
  await world.enqueue(
    { kind: 'collect.issue', payload: { repository_id: 101, number: 6 }, cause: 'c', startAfterSeconds: 600 },
    { kind: 'collect.issue', payload: { repository_id: 101, number: 7 }, cause: 'd' },
    { kind: 'collect.issue', payload: { repository_id: 102, number: 9 }, cause: 'e' },
  );
  expect((await world.admin.waiting([101], 10)).map(({ number }) => number)).toEqual([7, 6]);
  const [taken] = await world.boss.fetch('repository');
  const running = await world.admin.running(null, 10);
  expect(running.map(({ id }) => id)).toEqual([taken?.id]);
  expect((await world.admin.queues([101]))[0]).toMatchObject({ delayed: 1 });
  await world.boss.complete('repository', taken?.id ?? '');
});

it('puts a dead job back once, with what it was for, and it can die again', async () => {
  const [dead] = await world.admin.dead([101], 10);
  const id = dead?.id ?? '';
  expect(await world.admin.requeue(id)).toBe(true);
  expect(await world.admin.requeue(id)).toBe(false);
  expect((await world.admin.waiting([101], 10)).some(({ kind }) => kind === 'collect.pull')).toBe(true);
  await world.work();
  const again = await world.admin.dead([101], 10);
  expect(again).toHaveLength(1);
  expect(again[0]?.id).not.toBe(id);
});

it.each(['', 'nothing', "'; drop table delivery", '00000000-0000-4000-8000-000000000000'])(
  'does not find %j',
  async (id) => {
    expect(await world.admin.findDead(id)).toBeNull();
    expect(await world.admin.requeue(id)).toBe(false);
  },
);
