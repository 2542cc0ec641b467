import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connect } from '../../src/db/connect.ts';
import { assertMigrated, migrate, pendingMigrations } from '../../src/db/migrate.ts';
import { type TestDatabase, emptyDatabase, testDatabase } from '../support/database.ts';

const first = 'create table one (id int primary key);\ncreate table two (id int primary key);\n';
const second = 'create table three (id int primary key);\ninsert into three values (1);\n';

describe('the migrator', () => {
  let folder: string;
  let database: TestDatabase;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mendloop-migrations-'));
    await write('0001_first.sql', first);
    await write('0002_second.sql', second);
    database = await emptyDatabase();
  });

  afterEach(async () => {
    await database[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  function write(name: string, text: string): Promise<void> {
    return writeFile(join(folder, name), text);
  }

  async function rowsOfThree(): Promise<number> {
    const { rows } = await sql<{ n: number }>`select count(*) as n from three`.execute(database.db);
    return rows[0]?.n ?? 0;
  }

  test('runs every file in order, once', async () => {
    expect(await pendingMigrations(database.db, folder)).toEqual(['0001_first', '0002_second']);

    expect(await migrate(database.db, folder)).toEqual(['0001_first', '0002_second']);
    expect(await migrate(database.db, folder)).toEqual([]);

    await assertMigrated(database.db, folder);
    expect(await rowsOfThree()).toBe(1);
  });

  test('runs each file once when 20 migrators start at the same time on connections of their own', async () => {
    const connections = Array.from({ length: 20 }, (_, n) =>
      connect({ url: database.url, max: 1, applicationName: `migrator ${n}` }),
    );

    const ran = await Promise.all(connections.map(({ db }) => migrate(db, folder)));

    expect(ran.flat().sort()).toEqual(['0001_first', '0002_second']);
    expect(await rowsOfThree()).toBe(1);
    await Promise.all(connections.map((connection) => connection[Symbol.asyncDispose]()));
  });

  test('refuses to go on while a migration is pending', async () => {
    await expect(assertMigrated(database.db, folder)).rejects.toMatchObject({ code: 'migration_pending' });
  });

  test('refuses a database that a newer version has migrated', async () => {
    await write('0003_newer.sql', 'select 1;');
    await migrate(database.db, folder);
    await rm(join(folder, '0003_newer.sql'));

    await expect(assertMigrated(database.db, folder)).rejects.toMatchObject({ code: 'migration_unknown' });
    await expect(migrate(database.db, folder)).rejects.toMatchObject({ code: 'migration_unknown' });
  });

  test('refuses a file that was edited after it ran', async () => {
    await migrate(database.db, folder);
    await write('0001_first.sql', `${first}-- edited`);

    await expect(assertMigrated(database.db, folder)).rejects.toMatchObject({ code: 'migration_changed' });
  });

  test('applies nothing of a file that fails and keeps the files before it', async () => {
    await write('0002_second.sql', `${second}select 1 / 0;`);

    await expect(migrate(database.db, folder)).rejects.toMatchObject({ code: 'migration_failed' });

    expect(await pendingMigrations(database.db, folder)).toEqual(['0002_second']);
    await expect(rowsOfThree()).rejects.toMatchObject({ code: '42P01' });
  });

  test('refuses a file that ends its transaction itself', async () => {
    await write('0002_second.sql', `${second}commit;`);

    await expect(migrate(database.db, folder)).rejects.toMatchObject({ code: 'migration_failed' });
  });

  test('refuses files whose numbers leave one out', async () => {
    await write('0004_fourth.sql', 'select 1;');

    await expect(migrate(database.db, folder)).rejects.toMatchObject({ code: 'input_invalid' });
  });
});

test('a database from the template is fully migrated', async () => {
  await using database = await testDatabase();
  expect(await pendingMigrations(database.db)).toEqual([]);
});
