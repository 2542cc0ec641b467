import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type JobWorld, jobWorld } from '../web/jobs.ts';
import { type Answer, mendloop } from './mendloop.ts';
import { seedRepository } from './seed.ts';

let database: TestDatabase;
let world: JobWorld;

beforeAll(async () => {
  database = await testDatabase();
  world = await jobWorld(database.db, database.url);
  await seedRepository(database.db, { repository_id: 1, full_name: 'octo-org/parser', consent: 'collect' });
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

function cli(args: string[], env: Record<string, string> = {}): Promise<Answer> {
  return mendloop(args, { env: { DATABASE_URL: database.url, ...env } });
}

test('consent is changed and listed with who changed it', async () => {
  const changed = await cli(['consent', 'set', 'octo-org/PARSER', 'train', '--json']);
  const listed = await cli(['consent', 'list', '--json']);
  expect(JSON.parse(changed.stdout)).toMatchObject({ from: 'collect', to: 'train' });
  expect(JSON.parse(listed.stdout)).toMatchObject([
    { repo: 'octo-org/parser', consent: 'train', source: 'command' },
  ]);
});

test('a scope above the cap is refused by policy, status 4, and changes nothing', async () => {
  const refused = await cli(['consent', 'set', 'octo-org/parser', 'share'], { CONSENT_CAP: 'train' });
  const listed = await cli(['consent', 'list']);
  expect(refused).toMatchObject({ status: 4, stdout: '' });
  expect(refused.stderr).toContain('mendloop: policy_refused: CONSENT_CAP allows train at most');
  expect(listed.stdout).toMatch(/octo-org\/parser +train /);
});

test('an unknown repository is not found, an unknown scope is wrong usage', async () => {
  expect((await cli(['consent', 'set', 'octo-org/other', 'train'])).status).toBe(1);
  expect((await cli(['consent', 'set', 'octo-org/parser', 'everything'])).status).toBe(2);
});

test('taking consent away enqueues the purge, once', async () => {
  const first = await cli(['consent', 'set', 'octo-org/parser', 'none']);
  const again = await cli(['consent', 'set', 'octo-org/parser', 'none']);
  const waiting = await world.admin.waiting(null, 10);
  expect(first.stdout).toContain('train → none');
  expect(again.stdout).toContain('none already');
  expect(waiting.map(({ kind, repository_id }) => [kind, repository_id])).toEqual([['repository.purge', 1]]);
});

test('dead jobs are listed with why, and given back to their queue', async () => {
  const payload = { repository_id: 2, number: 5, head_shas: [] };
  await world.enqueue({ kind: 'collect.pull', payload, cause: 'a test' });
  await world.work();
  const dead = JSON.parse((await cli(['jobs', 'dead', '--json'])).stdout) as { id: string; code: string }[];
  const unknown = await cli(['jobs', 'requeue', '00000000-0000-4000-8000-000000000000']);
  const requeued = await cli(['jobs', 'requeue', dead[0]?.id ?? '']);
  const listed = await cli(['jobs', 'list']);
  expect(dead).toMatchObject([{ kind: 'collect.pull', number: 5, code: 'github_forbidden' }]);
  expect(unknown.status).toBe(1);
  expect(unknown.stderr).toContain('mendloop: not_found: no dead job has the id');
  expect(requeued.stdout).toBe('1 requeued\n');
  expect(listed.stdout).toMatch(/repository +1 +0 +0 +\d+ +0\n/);
});

test('all dead jobs are given back at once', async () => {
  await world.enqueue({
    kind: 'collect.pull',
    payload: { repository_id: 3, number: 6, head_shas: [] },
    cause: 'a test',
  });
  await world.work();
  const requeued = await cli(['jobs', 'requeue', '--all', '--json']);
  const dead = await cli(['jobs', 'dead', '--json']);
  expect((JSON.parse(requeued.stdout) as { requeued: string[] }).requeued).toHaveLength(2);
  expect(JSON.parse(dead.stdout)).toEqual([]);
});
