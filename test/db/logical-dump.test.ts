import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Connection } from '../../src/db/connect.ts';
import { testDatabase } from '../support/database.ts';
import { dumpRows } from '../support/logical-dump.ts';

interface Line {
  readonly table: string;
  readonly row: Record<string, unknown>;
}

async function dump({ db }: Connection): Promise<Line[]> {
  const output = new PassThrough();
  const [written] = await Promise.all([text(output), dumpRows(db, output).then(() => output.end())]);
  return written
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

async function addRedeliveries({ db }: Connection, count: number): Promise<void> {
  await sql`insert into redelivery (delivery_id, asked_at)
    select gen_random_uuid(), '2026-01-02T03:04:05Z' from generate_series(1, ${count})`.execute(db);
}

test('the dump holds every row of ours and of the queue, by table and key, as JSON lines', async () => {
  await using database = await testDatabase();
  await addRedeliveries(database, 1001);
  await sql`create schema if not exists pgboss`.execute(database.db);
  await sql`create table pgboss.extra (name text, data bytea) partition by list (name)`.execute(database.db);
  await sql`create table pgboss.extra_a partition of pgboss.extra for values in ('a')`.execute(database.db);
  await sql`insert into pgboss.extra values ('a', 'a word in bytes')`.execute(database.db);

  const lines = await dump(database);

  const redeliveries = lines.filter(({ table }) => table === 'public.redelivery');
  const ids = redeliveries.map(({ row }) => String(row['delivery_id']));
  expect(redeliveries).toHaveLength(1001);
  expect(redeliveries[0]?.row).toMatchObject({ asked: 1, asked_at: '2026-01-02T03:04:05+00:00' });
  expect(ids).toEqual([...ids].sort());
  expect(lines.filter(({ table }) => table.startsWith('pgboss.extra'))).toEqual([
    { table: 'pgboss.extra', row: { name: 'a', data: 'a word in bytes' } },
  ]);
  expect(lines.some(({ table }) => table === 'public.mendloop_migration')).toBe(true);
});

test('the dump goes as slowly as its reader and ends with the reader’s error', async () => {
  await using database = await testDatabase();
  await addRedeliveries(database, 1001);
  const full = new Writable({
    highWaterMark: 1,
    write: (_chunk, _encoding, done) => done(new Error('no space')),
  });

  await expect(dumpRows(database.db, full)).rejects.toThrow('no space');
});
