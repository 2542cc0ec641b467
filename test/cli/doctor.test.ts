import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startLoopbackGitHub } from '../../demo/github/server.ts';
import { readAppManifest } from '../../src/config/app-manifest.ts';
import { emptyDatabase, testDatabase } from '../support/database.ts';
import { temporaryHome } from '../support/home.ts';
import { type Answer, mendloop } from './mendloop.ts';

interface Report {
  readonly healthy: boolean;
  readonly checks: readonly { readonly check: string; readonly state: string; readonly message: string }[];
}

function report({ stdout }: Answer): Report {
  return JSON.parse(stdout) as Report;
}

function states(answer: Answer): Record<string, string> {
  return Object.fromEntries(report(answer).checks.map(({ check, state }) => [check, state]));
}

/** `docker: 'warn'` or `ok`, as the machine is. */
const noEngine = { DOCKER_HOST: 'tcp://127.0.0.1:1' };
const off = { app_key: 'warn', permissions: 'warn', events: 'warn', webhook: 'warn', clock: 'warn' };

test('with nothing configured the doctor says what is off, finds the embedded database and fails nothing', async () => {
  await using place = await temporaryHome();
  const answer = await mendloop(['doctor', '--json'], { env: { MENDLOOP_HOME: place.home, ...noEngine } });
  const running = await mendloop(['database', 'status'], { env: { MENDLOOP_HOME: place.home } });
  expect(answer.status).toBe(0);
  expect(states(answer)).toMatchObject({
    ...off,
    node: 'ok',
    database: 'ok',
    migrations: 'warn',
    git: 'ok',
    docker: 'warn',
  });
  expect(running.stdout).toContain('stopped');
});

test('a wrong configuration and a database that does not answer fail, status 1', async () => {
  const wrong = await mendloop(['doctor', '--json'], { env: { PORT: 'many', ...noEngine } });
  await using place = await temporaryHome();
  const env = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', MENDLOOP_HOME: place.home, ...noEngine };
  const lost = await mendloop(['doctor', '--json'], { env });
  expect(wrong.status).toBe(1);
  expect(states(wrong)).toMatchObject({ configuration: 'fail', git: 'ok' });
  expect(lost.status).toBe(1);
  expect(states(lost)).toMatchObject({ configuration: 'ok', database: 'fail', migrations: 'fail' });
});

test('a schema of a newer version fails', async () => {
  await using database = await emptyDatabase();
  await using place = await temporaryHome();
  const env = { DATABASE_URL: database.url, MENDLOOP_HOME: place.home, ...noEngine };
  await mendloop(['migrate'], { env });
  await database.pool.query(`insert into mendloop_migration (name, checksum) values ('9999_later', '')`);
  expect(states(await mendloop(['doctor', '--json'], { env }))).toMatchObject({
    database: 'ok',
    migrations: 'fail',
  });
});

test('the key, what was granted, the address for deliveries and the clock are checked on GitHub', async () => {
  await using place = await temporaryHome();
  await using database = await testDatabase();
  await using github = await startLoopbackGitHub({ dir: join(place.home, 'github') });
  const { default_permissions, default_events } = await readAppManifest();
  const app = await github.registerApp({
    permissions: default_permissions,
    events: default_events,
    webhookUrl: null,
    webhookSecret: 's'.repeat(40),
  });
  github.createAccount({ login: 'octo-org', type: 'Organization' });
  const server = createServer((_req, res) => res.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const env = {
    ...noEngine,
    DATABASE_URL: database.url,
    MENDLOOP_HOME: place.home,
    GITHUB_API_URL: github.apiUrl,
    APP_ID: String(app.appId),
    PRIVATE_KEY: app.privateKeyPem,
    WEBHOOK_SECRET: 's'.repeat(40),
    PUBLIC_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
  const doctor = (extra: Record<string, string> = {}): Promise<Answer> =>
    mendloop(['doctor', '--json'], { env: { ...env, ...extra } });
  try {
    const nowhere = await doctor();
    github.install({ appId: app.appId, account: 'octo-org', repositories: 'all' });
    const installed = await doctor();
    const { issues: _issues, ...fewer } = default_permissions;
    github.createAccount({ login: 'octo-lab', type: 'Organization' });
    github.install({
      appId: app.appId,
      account: 'octo-lab',
      repositories: 'all',
      permissions: fewer,
    });
    const lacking = await doctor();
    const unreachable = await doctor({ PUBLIC_URL: 'http://127.0.0.1:1' });
    const badKey = await doctor({ PRIVATE_KEY: 'not a key' });
    expect(states(nowhere)).toMatchObject({ app_key: 'ok', permissions: 'warn' });
    expect(states(installed)).toMatchObject({
      app_key: 'ok',
      permissions: 'ok',
      events: 'ok',
      webhook: 'ok',
      clock: 'ok',
    });
    expect(installed.status).toBe(0);
    expect(lacking.status).toBe(1);
    expect(report(lacking).checks.find(({ check }) => check === 'permissions')?.message).toBe(
      'missing: octo-lab (issues: read)',
    );
    expect(states(unreachable)).toMatchObject({ webhook: 'fail' });
    expect(states(badKey)).toMatchObject({ app_key: 'fail', permissions: 'fail' });
    expect(badKey.stdout + badKey.stderr).not.toContain('not a key');
  } finally {
    server.close();
  }
});
