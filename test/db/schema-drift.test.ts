import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { dumpSchema } from '../../scripts/schema/schema-text.ts';
import { migrationsFolder } from '../../src/package-root.ts';
import { testDatabase } from '../support/database.ts';

test('migrations/schema.sql is what the migrations make; `npm run db:dump` writes it anew', async () => {
  await using database = await testDatabase();
  const written = await readFile(join(migrationsFolder(), 'schema.sql'), 'utf8');
  expect(await dumpSchema(database.db)).toBe(written);
});

test.each([
  ['a column', 'alter table issue add column extra text'],
  ['a default', `alter table issue alter column body set default ''`],
  ['a nullability', 'alter table issue alter column body drop not null'],
  ['a check', 'alter table issue add check (number > 0)'],
  ['an index', 'create index extra on issue (title)'],
  ['a foreign key', 'alter table redelivery add foreign key (delivery_id) references delivery'],
  ['a trigger', 'drop trigger transition_append_only on transition'],
  ['a function', 'create function extra() returns int language sql as $$ select 1 $$'],
  ['an enum', `create type extra as enum ('a', 'b')`],
  ['a view', 'create view extra as select number from issue'],
])('the dump notices %s', async (_, statement) => {
  await using database = await testDatabase();
  const before = await dumpSchema(database.db);
  await sql.raw(statement).execute(database.db);
  expect(await dumpSchema(database.db)).not.toBe(before);
});
