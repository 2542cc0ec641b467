import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { emptyDatabase } from '../support/database.ts';
import { temporaryHome } from '../support/home.ts';
import { mendloop, packageFolder, start } from './mendloop.ts';

function addressIn(stdout: string): string {
  return (JSON.parse(stdout) as { url: string }).url;
}

test('`up` brings up everything on a bare machine, and stops it all when it is asked to', async () => {
  await using place = await temporaryHome();
  const env = { MENDLOOP_HOME: place.home, PORT: '0', LOG_LEVEL: 'error' };
  const up = start(['up', '--json'], { env });
  const url = addressIn(await up.said('\n'));
  const page = await fetch(url);
  const ready = await fetch(`${url}/readyz`);
  up.child.kill('SIGTERM');
  const { status, stderr } = await up.ended;
  const after = await mendloop(['database', 'status', '--json'], { env });
  expect([page.status, ready.status]).toEqual([200, 200]);
  expect(status).toBe(0);
  expect(stderr).toContain('No App credentials');
  expect(JSON.parse(after.stdout)).toMatchObject({ running: false });
});

test('Ctrl-C that arrives three times within a moment is one wish, and the end is orderly', async () => {
  await using place = await temporaryHome();
  const env = { MENDLOOP_HOME: place.home, PORT: '0', LOG_LEVEL: 'error' };
  const up = start(['up', '--json'], { env });
  await up.said('\n');
  for (let sent = 0; sent < 3; sent += 1) up.child.kill('SIGINT');
  expect((await up.ended).status).toBe(0);
  expect((await mendloop(['database', 'status'], { env })).stdout).toContain('stopped');
});

// npm answered SIGTERM by ending its shell, and server, worker and database went on without anybody who knew of them.
test('`up` below npm stops when the shell that npm started is ended', async () => {
  await using place = await temporaryHome();
  const env = {
    PATH: process.env['PATH'],
    TMPDIR: tmpdir(),
    MENDLOOP_HOME: place.home,
    PORT: '0',
    npm_command: 'exec',
  };
  const script = '"$0" bin/mendloop.js up --json; exit $?';
  const shell = spawn('sh', ['-c', script, process.execPath], {
    cwd: packageFolder,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(shell.stdout, 'data');
  shell.kill('SIGTERM');
  // Only the end of the orphan closes the pipe.
  await once(shell.stdout, 'end');
  const { stdout } = await mendloop(['database', 'status'], { env: { MENDLOOP_HOME: place.home } });
  expect(stdout).toContain('stopped');
});

test('server and worker refuse a database that was not migrated, status 3, and run once it is', async () => {
  await using database = await emptyDatabase();
  await using place = await temporaryHome();
  const env = { DATABASE_URL: database.url, MENDLOOP_HOME: place.home, PORT: '0', LOG_LEVEL: 'error' };
  for (const role of ['server', 'worker']) {
    const refused = await mendloop([role], { env });
    expect(refused).toMatchObject({ status: 3, stdout: '' });
    expect(refused.stderr).toContain('mendloop: migration_pending:');
  }
  const first = await mendloop(['migrate', '--json'], { env });
  const second = await mendloop(['migrate'], { env });
  expect((JSON.parse(first.stdout) as { applied: string[] }).applied).toContain('0001_init');
  expect(second.stdout).toBe('The database is up to date.\n');
  for (const role of ['server', 'worker']) {
    const running = start([role, '--json'], { env });
    await running.said('\n');
    running.child.kill('SIGTERM');
    expect((await running.ended).status).toBe(0);
  }
});

test('server and worker refuse a database of a newer version', async () => {
  await using database = await emptyDatabase();
  await using place = await temporaryHome();
  const env = { DATABASE_URL: database.url, MENDLOOP_HOME: place.home, PORT: '0', LOG_LEVEL: 'error' };
  await mendloop(['migrate'], { env });
  await database.pool.query(`insert into mendloop_migration (name, checksum) values ('9999_later', '')`);
  for (const args of [['server'], ['worker'], ['up'], ['instance', 'list']]) {
    const { status, stderr } = await mendloop(args, { env });
    expect(status).toBe(3);
    expect(stderr).toContain('mendloop: migration_unknown:');
  }
});

test('the embedded database is started, found running and stopped by command', async () => {
  await using place = await temporaryHome();
  const env = { MENDLOOP_HOME: place.home };
  const states = [];
  for (const action of ['status', 'start', 'start', 'status', 'stop', 'stop']) {
    const { status, stdout } = await mendloop(['database', action, '--json'], { env });
    expect(status).toBe(0);
    states.push((JSON.parse(stdout) as { running: boolean }).running);
  }
  const elsewhere = await mendloop(['database', 'start'], {
    env: { ...env, DATABASE_URL: 'postgres://localhost/x' },
  });
  expect(states).toEqual([false, true, true, true, false, false]);
  expect(elsewhere.status).toBe(3);
});

test('a database that does not answer is a typed failure, status 1', async () => {
  const { status, stderr } = await mendloop(['consent', 'list'], {
    env: { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' },
  });
  expect(status).toBe(1);
  expect(stderr).toContain('mendloop: database_unreachable:');
});
