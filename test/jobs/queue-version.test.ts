import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { assertQueueSchema, queueSchemaVersion } from '../../src/jobs/boss.ts';
import { packageRoot } from '../../src/package-root.ts';
import { mendloop } from '../cli/mendloop.ts';
import { testDatabase } from '../support/database.ts';
import { temporaryHome } from '../support/home.ts';

/*
 * src/jobs/admin.ts and the migrations rely on the tables of exactly this pg-boss. When this test fails, read its
 * release notes, look at every `pgboss.` in src/, run its migrations on a copy, and only then change this number and that of src/jobs/boss.ts.
 */
const version = '12.35.0';

interface Manifest {
  readonly version: string;
  readonly pgboss: { readonly schema: number };
  readonly dependencies: Readonly<Record<string, string>>;
}

async function manifest(path: string): Promise<Manifest> {
  return JSON.parse(await readFile(path, 'utf8')) as Manifest;
}

async function installed(): Promise<Manifest> {
  const entry = createRequire(import.meta.url).resolve('pg-boss');
  return manifest(join(dirname(entry), '..', 'package.json'));
}

test('the installed pg-boss is the one that package.json names, to the digit', async () => {
  const ours = await manifest(join(packageRoot(), 'package.json'));
  expect([ours.dependencies['pg-boss'], (await installed()).version]).toEqual([version, version]);
});

test('its schema has the version that our queries were written for', async () => {
  await using database = await testDatabase();
  const { rows } = await sql<{ version: number }>`select version from pgboss.version`.execute(database.db);
  const expected = [queueSchemaVersion, queueSchemaVersion];
  expect([rows[0]?.version, (await installed()).pgboss.schema]).toEqual(expected);
  await assertQueueSchema(database.db);
});

test('the columns that we read exist with their types', async () => {
  await using database = await testDatabase();
  const { rows } = await sql<{ column: string }>`
    select column_name || ' ' || udt_name as column from information_schema.columns
    where table_schema = 'pgboss' and table_name = 'job' and column_name in ('id', 'name', 'data', 'state',
      'retry_count', 'start_after', 'started_on', 'created_on', 'heartbeat_on', 'output', 'source_name',
      'source_output', 'source_retry_count') order by 1`.execute(database.db);
  expect(rows.map(({ column }) => column)).toEqual([
    'created_on timestamptz',
    'data jsonb',
    'heartbeat_on timestamptz',
    'id uuid',
    'name text',
    'output jsonb',
    'retry_count int4',
    'source_name text',
    'source_output jsonb',
    'source_retry_count int4',
    'start_after timestamptz',
    'started_on timestamptz',
    'state job_state',
  ]);
});

test('server and worker refuse tables of the queue that are missing, older or newer, status 3', async () => {
  await using database = await testDatabase();
  await using place = await temporaryHome();
  const env = { DATABASE_URL: database.url, MENDLOOP_HOME: place.home, PORT: '0', LOG_LEVEL: 'error' };
  for (const [change, code] of [
    ['update pgboss.version set version = version - 1', 'migration_pending'],
    ['update pgboss.version set version = version + 2', 'migration_unknown'],
    ['drop schema pgboss cascade', 'migration_pending'],
  ] as const) {
    await database.pool.query(change);
    for (const role of ['server', 'worker']) {
      const refused = await mendloop([role], { env });
      expect(refused.status).toBe(3);
      expect(refused.stderr).toContain(`mendloop: ${code}:`);
    }
  }
  const { rows } = await database.pool.query(`select 1 from pg_namespace where nspname = 'pgboss'`);
  expect(rows).toEqual([]);
});
