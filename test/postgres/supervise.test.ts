import { createServer } from 'node:net';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { type Connection, connect } from '../../src/db/connect.ts';
import { superviseEmbedded } from '../../src/postgres/embedded.ts';
import { temporaryHome, testBinaries } from '../support/home.ts';

async function untilItAnswers({ db }: Connection): Promise<number> {
  for (;;) {
    const answer = await sql<{ pid: string }>`select pg_read_file('postmaster.pid') as pid`
      .execute(db)
      .catch(() => null);
    if (answer !== null) return Number.parseInt(answer.rows[0]?.pid ?? '', 10);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('a killed server is started again on its port, so that open pools go on, until the signal', async () => {
  await using place = await temporaryHome();
  const { pid, port, url } = await place.start({ durable: false });
  await using connection = connect({ url, max: 2, applicationName: 'test' });
  const stopping = new AbortController();
  const warnings: string[] = [];
  const log = { info: () => undefined, warn: (_: object, message: string) => void warnings.push(message) };
  const { home } = place;
  const options = {
    home,
    port,
    durable: false,
    everyMs: 20,
    signal: stopping.signal,
    log,
    ...testBinaries(),
  };
  const supervision = superviseEmbedded(options);

  process.kill(pid, 'SIGKILL');
  const second = await untilKilledServerAnswers(connection, pid);
  stopping.abort();
  await supervision;

  expect(second).not.toBe(pid);
  expect(warnings).toContain('embedded database has ended');
  expect(await place.start()).toMatchObject({ adopted: true, port, pid: second });
});

async function untilKilledServerAnswers(connection: Connection, killed: number): Promise<number> {
  for (;;) {
    const pid = await untilItAnswers(connection);
    if (pid !== killed) return pid;
  }
}

test('a start that fails is reported and tried again', async () => {
  await using place = await temporaryHome();
  const { port } = await place.start({ durable: false });
  await (await place.start()).stop();
  const squatter = createServer().listen(port, '127.0.0.1');
  await new Promise((resolve) => squatter.once('listening', resolve));
  const stopping = new AbortController();
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  const failures: object[] = [];
  const warn = (fields: object, message: string): void => {
    if (message !== 'embedded database could not be started') return;
    failures.push(fields);
    squatter.close();
  };
  const log = { info: (_: object, message: string) => message.endsWith('ready') && resolve(), warn };
  const { home } = place;
  const options = {
    home,
    port,
    durable: false,
    everyMs: 20,
    signal: stopping.signal,
    log,
    ...testBinaries(),
  };

  const supervision = superviseEmbedded(options);
  await ready;
  stopping.abort();
  await supervision;

  expect(failures[0]).toEqual({ error: 'MendloopError', code: 'database_start_failed' });
  expect(await place.start()).toMatchObject({ adopted: true, port });
});

test('the handle of the first start stops the server that was started again since', async () => {
  await using place = await temporaryHome();
  const first = await place.start({ durable: false });
  process.kill(first.pid, 'SIGKILL');
  const second = await place.start({ durable: false });
  expect(second.pid).not.toBe(first.pid);

  expect(await first.stopUnlessInUse()).toBe(true);

  expect(await first.stopUnlessInUse()).toBe(true);
  expect(await place.start({ durable: false })).toMatchObject({ adopted: false });
});
