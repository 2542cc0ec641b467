import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type LoopbackGitHub, startLoopbackGitHub } from '../../demo/github/server.ts';
import { deadJobs, untilSettled } from '../../demo/product/settled.ts';
import { readAppManifest } from '../../src/config/app-manifest.ts';
import { type Connection, connect } from '../../src/db/connect.ts';
import { contentTables } from '../../src/db/tables.ts';
import { probePort } from '../../src/postgres/port.ts';
import { mendloop, packageFolder } from '../cli/mendloop.ts';
import { temporaryHome } from '../support/home.ts';

const webhookSecret = 'a-webhook-secret-of-at-least-32-characters';

/** The real product as an operator runs it: embedded database, server and worker as processes, logs beside the data. */
export interface RealProduct extends AsyncDisposable {
  readonly github: LoopbackGitHub;
  readonly appId: number;
  /** Everything that the product writes is in here: data folder, mirrors, logs. */
  readonly home: string;
  readonly connection: Connection;
  /** Resolves when nothing waits any more and no job has failed for good. */
  settle(): Promise<void>;
  /** Runs one command of the CLI; throws unless its status is 0. */
  command(...args: readonly string[]): Promise<string>;
  /** Ends server, worker and database in order; the home stays. */
  stop(): Promise<void>;
}

async function startRole(role: string, home: string, env: Record<string, string>): Promise<ChildProcess> {
  await using log = await open(join(home, `${role}.log`), 'a');
  const entry = join(packageFolder, 'src', 'main', 'cli.ts');
  return spawn(process.execPath, [entry, role], {
    env: { PATH: process.env['PATH'], TMPDIR: tmpdir(), ...env },
    stdio: ['ignore', log.fd, log.fd],
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** Compressed text cannot be searched for a word: in these tests the tables keep theirs as it is. */
async function storeUncompressed({ db }: Connection): Promise<void> {
  const { rows } = await sql<{ statement: string }>`
    select format('alter table %I alter column %I set storage external', c.relname, a.attname) as statement
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.oid = any(${[...contentTables]}::text[]::regclass[]) and a.attnum > 0 and a.attstorage = 'x'`.execute(
    db,
  );
  for (const { statement } of rows) await sql.raw(statement).execute(db);
}

async function untilReady(url: string, children: readonly ChildProcess[]): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const ready = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    if (children.some((child) => child.exitCode !== null)) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the product did not become ready');
}

/** `settings`: environment variables beside those that the product needs. */
export async function startRealProduct(
  settings: Readonly<Record<string, string>> = {},
): Promise<RealProduct> {
  const place = await temporaryHome();
  const outside = await temporaryHome();
  const { home } = place;
  const github = await startLoopbackGitHub({
    dir: outside.home,
    validate: true,
    deliveryTimeoutMilliseconds: 60_000,
  });
  const manifest = await readAppManifest();
  const app = await github.registerApp({
    permissions: manifest.default_permissions,
    events: manifest.default_events,
    webhookUrl: null,
    webhookSecret,
  });
  const database = await place.start();
  const port = await probePort(0);
  const env = {
    MENDLOOP_HOME: home,
    PORT: String(port),
    APP_ID: String(app.appId),
    APP_SLUG: app.slug,
    PRIVATE_KEY: app.privateKeyPem,
    WEBHOOK_SECRET: webhookSecret,
    GITHUB_API_URL: github.apiUrl,
    LOG_LEVEL: 'debug',
    ...settings,
  };
  const command: RealProduct['command'] = async (...args) => {
    const { status, stdout, stderr } = await mendloop(args, { env });
    if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  await command('migrate');
  const connection = connect({ url: database.url, max: 3, applicationName: 'test' });
  await storeUncompressed(connection);
  const roles = await Promise.all([startRole('server', home, env), startRole('worker', home, env)]);
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, roles);
  github.configureWebhook({ appId: app.appId, url: `${url}/api/github/webhooks` });

  const stop = async (): Promise<void> => {
    await Promise.all(roles.map(end));
    await connection[Symbol.asyncDispose]();
    await database.stop();
  };
  return {
    github,
    appId: app.appId,
    home,
    connection,
    command,
    stop,
    async settle() {
      await untilSettled({
        db: connection.db,
        underway: () => github.pendingDeliveries(),
        onProgress: () => undefined,
        patienceMs: 60_000,
      });
      const dead = await deadJobs(connection.db);
      if (dead > 0) throw new Error(`${dead} jobs failed for good`);
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await github[Symbol.asyncDispose]();
      await place[Symbol.asyncDispose]();
      await outside[Symbol.asyncDispose]();
    },
  };
}
