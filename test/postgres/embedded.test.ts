import { chmod, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { type Connection, connect } from '../../src/db/connect.ts';
import { startEmbedded } from '../../src/postgres/embedded.ts';
import { silentLog, temporaryHome } from '../support/home.ts';
import { type Started, startInOtherProcess } from '../support/other-process.ts';

const isRoot = process.geteuid?.() === 0;

function connectTo({ url }: { readonly url: string }, max = 2): Connection {
  return connect({ url, max, applicationName: 'test' });
}

async function numbers({ db }: Connection): Promise<number[]> {
  const { rows } = await sql<{ n: number }>`select n from number order by n`.execute(db);
  return rows.map(({ n }) => n);
}

async function makeNumbers({ db }: Connection, values: readonly number[]): Promise<void> {
  await sql`create table number (n int primary key)`.execute(db);
  for (const n of values) await sql`insert into number values (${n})`.execute(db);
}

describe('the embedded server', () => {
  test('starts, is adopted while it runs, keeps its rows and its port over a stop', async () => {
    await using place = await temporaryHome();
    const first = await place.start();
    const second = await place.start();
    {
      await using connection = connectTo(first);
      await makeNumbers(connection, [1, 2]);
    }
    await second.stop();
    await first.stop();
    const third = await place.start();

    expect(first).toMatchObject({ adopted: false });
    expect(second).toMatchObject({ adopted: true, pid: first.pid, url: first.url });
    expect(third).toMatchObject({ adopted: false, url: first.url });
    await using connection = connectTo(third);
    expect(await numbers(connection)).toEqual([1, 2]);
  });

  test('outlives SIGKILL of the process that started it, and the next one adopts it', async () => {
    await using place = await temporaryHome();
    const other = startInOtherProcess(place.home);
    const started = await other.started;
    await using connection = connectTo(started);
    await makeNumbers(connection, [7]);

    await other.kill();

    expect(await numbers(connection)).toEqual([7]);
    expect(await place.start()).toMatchObject({ adopted: true, pid: started.pid, url: started.url });
  });

  test('has every acknowledged row after SIGKILL of the postmaster under eight writers', async () => {
    await using place = await temporaryHome();
    const server = await place.start();
    await using connection = connectTo(server, 8);
    await makeNumbers(connection, []);
    const acknowledged: number[] = [];
    const write = async (from: number): Promise<void> => {
      for (let n = from; ; n += 8) {
        await sql`insert into number values (${n})`.execute(connection.db);
        acknowledged.push(n);
      }
    };
    const writers = Array.from({ length: 8 }, (_, n) => write(n).catch((error: unknown) => error));
    while (acknowledged.length < 500) await new Promise(setImmediate);

    process.kill(server.pid, 'SIGKILL');
    const errors = await Promise.all(writers);
    const again = await place.start();

    expect(again).toMatchObject({ adopted: false, url: server.url });
    for (const error of errors) expect(error).toMatchObject({ code: 'database_unreachable' });
    expect(await numbers(connection)).toEqual(expect.arrayContaining(acknowledged));
  });

  test('is started once when four processes start it at the same time, also the first time', async () => {
    await using place = await temporaryHome();
    const startByFour = async (): Promise<Started[]> => {
      const processes = Array.from({ length: 4 }, () => startInOtherProcess(place.home));
      const started = await Promise.all(processes.map((process) => process.started));
      await Promise.all(processes.map((process) => process.kill()));
      await (await place.start()).stop();
      return started;
    };

    const rounds = [await startByFour(), await startByFour()];

    for (const started of rounds) {
      expect(new Set(started.map(({ url, pid }) => `${pid} ${url}`)).size).toBe(1);
      expect(started.filter(({ adopted }) => !adopted)).toHaveLength(1);
    }
  });

  test('is left running by the one that finds others connected', async () => {
    await using place = await temporaryHome();
    const server = await place.start();
    {
      await using connection = connectTo(server);
      await sql`select 1`.execute(connection.db);
      expect(await server.stopUnlessInUse()).toBe(false);
      await sql`select 1`.execute(connection.db);
    }
    while (!(await server.stopUnlessInUse())) await new Promise(setImmediate);
    expect(await place.start()).toMatchObject({ adopted: false });
  });

  test('takes another port when the last one was taken meanwhile, and refuses a fixed one that is', async () => {
    await using place = await temporaryHome();
    const first = await place.start();
    await first.stop();
    const squatter = createServer().listen(first.port, '127.0.0.1');
    await new Promise((resolve) => squatter.once('listening', resolve));

    await expect(place.start({ port: first.port })).rejects.toMatchObject({ code: 'database_start_failed' });
    const second = await place.start();

    expect(second.port).not.toBe(first.port);
    squatter.close();
  });

  test('starts over the postmaster.pid of a boot in which the pid was another program’s', async () => {
    await using place = await temporaryHome();
    const first = await place.start();
    const file = join(place.home, 'postgres', 'data', 'postmaster.pid');
    const text = await readFile(file, 'utf8');
    await first.stop();
    await writeFile(file, text.replace(/^\d+/, String(process.pid)));
    await chmod(file, 0o644);

    expect(await place.start()).toMatchObject({ adopted: false });
  });

  test('refuses a copy of a home whose server still runs, instead of serving the original', async () => {
    await using place = await temporaryHome();
    const { pid } = await place.start();
    const copy = await mkdtemp(join(tmpdir(), 'mendloop-copy-'));
    await cp(place.home, copy, { recursive: true });

    const started = startEmbedded({ home: copy, log: silentLog });

    await expect(started).rejects.toMatchObject({ code: 'database_start_failed' });
    expect(await place.start()).toMatchObject({ adopted: true, pid });
    await rm(copy, { recursive: true });
  });

  test('says what is needed when the data folder is of a version that is not installed', async () => {
    await using place = await temporaryHome();
    const server = await place.start();
    await server.stop();
    const version = join(place.home, 'postgres', 'data', 'PG_VERSION');
    const right = await readFile(version, 'utf8');

    await writeFile(version, '9');
    await expect(startEmbedded({ home: place.home, log: silentLog })).rejects.toThrow(/needs PostgreSQL 9/);
    await writeFile(version, right);
  });

  test('keeps values and statements out of its log', async () => {
    await using place = await temporaryHome();
    await using connection = connectTo(await place.start());
    const run = (text: string): Promise<unknown> =>
      sql
        .raw(text)
        .execute(connection.db)
        .catch((error: unknown) => error);
    await run(`select 'canary-in-value'::int`);
    await run(`select canary_in_syntax from`);
    await run(`do $$ begin raise warning 'canary-in-warning'; end $$`);
    await run(`select 'canary-in-crash', pg_sleep(60) from pg_stat_activity where pid = 0`);
    const sleeping = run(`select 'canary-in-crash', pg_sleep(60)`);
    const backend = await backendOf(connection, 'canary-in-crash');
    process.kill(backend, 'SIGKILL');
    await sleeping;
    await place.start();

    expect(await readFile(join(place.home, 'postgres.log'), 'utf8')).toContain('terminated by signal 9');
    expect(await readFile(join(place.home, 'postgres.log'), 'utf8')).not.toContain('canary');
  });

  async function backendOf(connection: Connection, text: string): Promise<number> {
    for (;;) {
      const { rows } = await sql<{ pid: number }>`
        select pid from pg_stat_activity
        where query like ${`%${text}%`} and wait_event = 'PgSleep'`.execute(connection.db);
      if (rows[0] !== undefined) return rows[0].pid;
    }
  }
});

test.runIf(process.platform === 'linux')('the embedded server does not inherit our environment', async () => {
  await using place = await temporaryHome();
  await using other = startInOtherProcess(place.home, { SECRET_CANARY: 'canary-in-environment' });
  const { pid } = await other.started;
  await place.start();

  expect(await readFile(`/proc/${pid}/environ`, 'utf8')).not.toContain('canary');
});

describe.runIf(isRoot)('the embedded server started by root', () => {
  test('runs as another account, with data and password for that account only', async () => {
    await using place = await temporaryHome();
    const server = await place.start();

    const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
    const password = await stat(join(place.home, 'postgres', 'password'));
    expect(/^Uid:\t(\d+)/m.exec(status)?.[1]).toBe(String(password.uid));
    expect(password.uid).not.toBe(0);
    expect(password.mode & 0o777).toBe(0o600);
    expect((await stat(join(place.home, 'postgres.log'))).mode & 0o777).toBe(0o600);
  });

  test('works below a folder that only root may enter', async () => {
    const closed = await mkdtemp(join(tmpdir(), 'mendloop-closed-'));
    await mkdir(join(closed, 'inner'));
    {
      await using place = await temporaryHome(join(closed, 'inner'));
      const server = await place.start();
      {
        await using connection = connectTo(server);
        await makeNumbers(connection, [1]);
      }
      process.kill(server.pid, 'SIGKILL');
      await using connection = connectTo(await place.start());
      expect(await numbers(connection)).toEqual([1]);
    }
    await rm(closed, { recursive: true });
  });
});
