import { randomBytes } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { type Connection, connect } from '../../src/db/connect.ts';
import { migrate } from '../../src/db/migrate.ts';
import { scrubStorage } from '../../src/db/scrub.ts';
import { contentTables } from '../../src/db/tables.ts';
import { testDatabase } from '../support/database.ts';
import { temporaryHome } from '../support/home.ts';

const canary = 'CANARY7f3a9';

async function occurrences(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && (await readFile(path)).includes(canary)) found.push(path);
  }
  return found;
}

async function addRepository({ db }: Connection): Promise<void> {
  await sql`insert into installation (installation_id, account_login, account_type, status)
    values (1, 'octo', 'Organization', 'active')`.execute(db);
  await sql`insert into repository (repository_id, installation_id, full_name, private, default_branch, status, consent)
    values (1, 1, 'octo/one', true, 'main', 'active', 'none')`.execute(db);
}

/** Incompressible, so that the word is stored as it is, inline and, when long, out of line. */
function text(bytes: number): string {
  return `${randomBytes(bytes / 2).toString('base64')} ${canary} ${randomBytes(bytes / 2).toString('base64')}`;
}

/** Many rows with one title, so that the planner samples it. */
async function addIssues({ db }: Connection): Promise<void> {
  for (let number = 1; number <= 200; number++) {
    await sql`insert into issue (repository_id, number, title, body, author, state, created_at, updated_at)
      values (1, ${number}, ${canary}, ${text(number % 2 === 0 ? 200 : 20_000)}, 'octo-dev', 'open', now(), now())`.execute(
      db,
    );
  }
  await sql`create index issue_title on issue (title)`.execute(db);
  await sql`analyze issue`.execute(db);
}

describe('scrubbing the embedded server', () => {
  test.each(['durable', 'not durable'])(
    'leaves no byte of deleted rows in the data folder (%s)',
    async (kind) => {
      await using place = await temporaryHome();
      const server = await place.start({ durable: kind === 'durable' });
      await using connection = connect({ url: server.url, max: 3, applicationName: 'test' });
      await migrate(connection.db);
      await addRepository(connection);
      await addIssues(connection);
      await sql`checkpoint`.execute(connection.db);
      const before = await occurrences(place.home);
      await sql`update issue set title = 'kept', body = 'kept', author = null where number = 1`.execute(
        connection.db,
      );
      await sql`delete from issue where number > 1`.execute(connection.db);

      const report = await scrubStorage(connection.db, contentTables);

      expect(before.length).toBeGreaterThan(2);
      expect(report).toEqual({ rewritten: contentTables, left: [] });
      expect(await occurrences(place.home)).toEqual([]);
      const { rows } = await sql`select title from issue`.execute(connection.db);
      expect(rows).toEqual([{ title: 'kept' }]);
    },
  );

  test('waits for a transaction that still sees the rows, and says so when it does not end', async () => {
    await using place = await temporaryHome();
    const server = await place.start({ durable: false });
    await using connection = connect({ url: server.url, max: 3, applicationName: 'test' });
    await migrate(connection.db);
    await addRepository(connection);
    await addIssues(connection);

    await connection.db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (older) => {
        await sql`select count(*) from repository`.execute(older);
        await sql`delete from issue`.execute(connection.db);
        const report = await scrubStorage(connection.db, ['issue'], { patienceMs: 100 });
        expect(report.left).toContainEqual({ what: 'rows', why: 'old_transaction' });
      });
    const report = await scrubStorage(connection.db, ['issue']);

    expect(report.left).toEqual([]);
    expect(await occurrences(place.home)).toEqual([]);
  });

  test('waits for a transaction that began between the deletion and the rewrite, and sees its samples', async () => {
    await using place = await temporaryHome();
    const server = await place.start({ durable: false });
    await using connection = connect({ url: server.url, max: 4, applicationName: 'test' });
    await migrate(connection.db);
    await addRepository(connection);
    await addIssues(connection);
    await sql`delete from issue`.execute(connection.db);

    const options = { patienceMs: 1_000, lockTimeoutMs: 10_000 };
    const { scrubbing, holds } = await connection.db.transaction().execute(async (holder) => {
      // Not an older snapshot: a lock alone keeps the rewrite waiting while the other transaction begins.
      await sql`lock table candidate in access share mode`.execute(holder);
      const begun = scrubStorage(connection.db, ['candidate', 'issue'], options);
      await untilWaiting(connection);
      const younger = await connection.db.startTransaction().setIsolationLevel('repeatable read').execute();
      await sql`select count(*) from repository`.execute(younger);
      return { scrubbing: begun, holds: younger };
    });
    const report = await scrubbing;
    await holds.rollback().execute();

    expect(report.rewritten).toEqual(['candidate', 'issue']);
    expect(report.left).toEqual([{ what: 'statistics', why: 'old_transaction' }]);
    expect((await scrubStorage(connection.db, ['issue'])).left).toEqual([]);
    expect(await occurrences(place.home)).toEqual([]);
  });
});

/** Resolves once somebody waits for a lock. */
async function untilWaiting({ db }: Connection): Promise<void> {
  for (;;) {
    const { rows } = await sql`select 1 from pg_locks where not granted limit 1`.execute(db);
    if (rows.length > 0) return;
    await sleep(20);
  }
}

test('a table that somebody holds is reported as locked, and the others are scrubbed', async () => {
  await using database = await testDatabase();
  await database.db.transaction().execute(async (holder) => {
    await sql`lock table issue in share mode`.execute(holder);
    const options = { patienceMs: 100, lockTimeoutMs: 100 };
    const report = await scrubStorage(database.db, ['issue', 'candidate'], options);
    expect(report.rewritten).toEqual(['candidate']);
    expect(report.left).toContainEqual({ what: 'issue', why: 'locked' });
  });
});

test('a role without rights rewrites what it owns and says what it could not do', async () => {
  await using database = await testDatabase();
  await sql`create role scrub_guest login password 'guest'`.execute(database.db);
  await sql`grant usage, create on schema public to scrub_guest`.execute(database.db);
  await sql`alter table candidate owner to scrub_guest`.execute(database.db);
  const url = new URL(database.url);
  url.username = 'scrub_guest';
  url.password = 'guest';
  {
    await using guest = connect({ url: url.href, max: 1, applicationName: 'test' });
    const report = await scrubStorage(guest.db, ['candidate', 'issue']);
    expect(report.rewritten).toEqual(['candidate']);
    expect(report.left).toEqual([
      { what: 'issue', why: 'not_permitted' },
      { what: 'statistics', why: 'not_permitted' },
      { what: 'wal', why: 'not_permitted' },
    ]);
  }
  await sql`drop owned by scrub_guest cascade`.execute(database.db);
  await sql`drop role scrub_guest`.execute(database.db);
});
