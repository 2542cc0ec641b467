import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { removeStaleMirrors } from '../../src/collect/stale-mirrors.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'mendloop-mirrors-'));
  const { db } = database;
  const common = { permissions: '{}', events: '[]', account_type: 'User', status: 'active' as const };
  await db
    .insertInto('installation')
    .values({ installation_id: 1, account_login: 'octo-org', ...common })
    .execute();
  const repository = { installation_id: 1, private: false, default_branch: 'main' };
  await db
    .insertInto('repository')
    .values([
      { ...repository, repository_id: 11, full_name: 'octo-org/kept', status: 'active', consent: 'collect' },
      { ...repository, repository_id: 12, full_name: 'octo-org/revoked', status: 'active', consent: 'none' },
      { ...repository, repository_id: 13, full_name: 'octo-org/gone', status: 'removed', consent: 'none' },
    ])
    .execute();
});

afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

it('removes the mirrors on this host whose repositories do not consent (any more), and nothing else', async () => {
  for (const name of ['11.git', '12.git', '13.git', '14.git', 'notes']) await mkdir(join(folder, name));

  const removed = await removeStaleMirrors(database.db, folder);

  expect(removed.sort()).toEqual([12, 13, 14]);
  expect((await readdir(folder)).sort()).toEqual(['11.git', 'notes']);
});

it('has nothing to do where no mirror was ever made', async () => {
  expect(await removeStaleMirrors(database.db, join(folder, 'none'))).toEqual([]);
});
