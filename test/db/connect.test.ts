import { createServer } from 'node:net';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { connect } from '../../src/db/connect.ts';
import { databaseUrlOf, testDatabase } from '../support/database.ts';
import { temporaryHome } from '../support/home.ts';

const unreachable = { name: 'MendloopError', code: 'database_unreachable', retry: 'soon' };

describe('a connection', () => {
  test('reads bigint as a number and refuses one that a number cannot hold', async () => {
    await using database = await testDatabase();
    const read = (text: string): Promise<unknown> =>
      sql<{ n: unknown }>`select ${sql.raw(text)} as n`.execute(database.db).then(({ rows }) => rows[0]?.n);

    expect(await read('9007199254740991::int8')).toBe(9_007_199_254_740_991);
    expect(await read('array[1, null, 3]::int8[]')).toEqual([1, null, 3]);
    await expect(read('9007199254740992::int8')).rejects.toMatchObject({ code: 'input_invalid' });
  });

  test('outlives the end of its server, busy and idle, and says so in a typed error', async () => {
    await using place = await temporaryHome();
    const server = await place.start({ durable: false });
    const lost: Error[] = [];
    await using connection = connect({
      url: server.url,
      max: 3,
      applicationName: 'test',
      onConnectionLost: (error) => lost.push(error),
    });
    await Promise.all([1, 2].map(() => sql`select pg_sleep(0.05)`.execute(connection.db)));
    const busy = sql`select pg_sleep(60)`.execute(connection.db);
    const ended = busy.catch((error: unknown) => error);
    await sql`select 1`.execute(connection.db);

    await server.stop();

    expect(await ended).toMatchObject(unreachable);
    await expect(sql`select 1`.execute(connection.db)).rejects.toMatchObject(unreachable);
    expect(lost.length).toBeGreaterThan(0);
    const again = await place.start({ durable: false });
    expect(again.port).toBe(server.port);
    await sql`select 1`.execute(connection.db);
  });

  test('reports an ended session, a wrong database and a wrong password as unreachable', async () => {
    await using database = await testDatabase();
    const elsewhere = databaseUrlOf(database.url, 'no_such_database');
    const wrong = new URL(database.url);
    wrong.password = 'wrong';

    await using missing = connect({ url: elsewhere, max: 1, applicationName: 'test' });
    await using refused = connect({ url: wrong.href, max: 1, applicationName: 'test' });

    await expect(sql`select 1`.execute(missing.db)).rejects.toMatchObject(unreachable);
    await expect(sql`select 1`.execute(refused.db)).rejects.toMatchObject(unreachable);
    await expect(
      sql`select pg_terminate_backend(pg_backend_pid())`.execute(database.db),
    ).rejects.toMatchObject(unreachable);
  });

  test('reports a host that accepts and is silent, and a pool that is used up, as unreachable', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    await using mute = connect({
      url: `postgres://a:b@127.0.0.1:${port}/c`,
      max: 1,
      applicationName: 'test',
      connectTimeoutMs: 100,
    });
    await using database = await testDatabase();
    await using small = connect({
      url: database.url,
      max: 1,
      applicationName: 'test',
      connectTimeoutMs: 200,
    });

    await expect(sql`select 1`.execute(mute.db)).rejects.toMatchObject(unreachable);
    await small.db.connection().execute(async () => {
      await expect(sql`select 1`.execute(small.db)).rejects.toMatchObject(unreachable);
    });
    silent.close();
  });

  test('leaves errors of a statement as PostgreSQL reports them', async () => {
    await using database = await testDatabase();
    await expect(sql`select 1 / 0`.execute(database.db)).rejects.toMatchObject({ code: '22012' });
  });

  test('cancels a statement that takes longer than its limit', async () => {
    await using database = await testDatabase();
    await using hasty = connect({
      url: database.url,
      max: 1,
      applicationName: 'test',
      statementTimeoutMs: 50,
    });
    await expect(sql`select pg_sleep(60)`.execute(hasty.db)).rejects.toMatchObject({ code: '57014' });
  });
});
