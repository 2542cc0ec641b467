import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PgBoss } from 'pg-boss';
import type { LoopbackGitHub } from '../../demo/github/server.ts';
import { readConfig } from '../../src/config/config.ts';
import { queueNames } from '../../src/jobs/queues.ts';
import { type RoleName, run, type Running } from '../../src/main/processes.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { type TestDatabase, testDatabase } from './database.ts';

/** The App's credentials at the loopback GitHub. */
export interface AppCredentials {
  readonly appId: number;
  readonly slug: string;
  readonly privateKeyPem: string;
  readonly webhookSecret: string;
}

export interface ProductOptions {
  readonly github: LoopbackGitHub;
  readonly app: AppCredentials;
  readonly roles?: readonly RoleName[];
  /** Settings beside those that reach the loopback GitHub. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Tries a failed job again after a second instead of with growing delays. */
  readonly impatient?: boolean;
}

/** The product with a database and a home of its own, its roles in this process. */
export interface Product extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly home: string;
  /** Address of its server; empty while it is stopped. */
  readonly url: string;
  /** What its processes are started with. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
  start(): Promise<void>;
}

const anyPort = '0';

async function retrySoon(databaseUrl: string): Promise<void> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    supervise: false,
    schedule: false,
    migrate: false,
  });
  await boss.start();
  for (const name of queueNames) await boss.updateQueue(name, { retryDelay: 1, retryBackoff: false });
  await boss.stop({ graceful: false, close: true });
}

function environmentFor({ github, app, environment }: ProductOptions, home: string, databaseUrl: string) {
  return {
    MENDLOOP_HOME: home,
    DATABASE_URL: databaseUrl,
    PORT: anyPort,
    APP_ID: String(app.appId),
    APP_SLUG: app.slug,
    PRIVATE_KEY: app.privateKeyPem,
    WEBHOOK_SECRET: app.webhookSecret,
    GITHUB_API_URL: github.apiUrl,
    CONSENT_PUBLIC_DEFAULT: 'train',
    PATH: process.env['PATH'] ?? '',
    TMPDIR: tmpdir(),
    ...environment,
  };
}

/** Starts the product on a loopback GitHub; its webhooks are not pointed anywhere. */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const home = await mkdtemp(join(tmpdir(), `mendloop-test-${process.pid}-product-`));
  const database = await testDatabase();
  if (options.impatient === true) await retrySoon(database.url);
  const environment = environmentFor(options, home, database.url);
  const roles = options.roles ?? ['server', 'worker'];
  let running: Running | null = null;

  async function start(): Promise<void> {
    running = await run({
      config: readConfig(environment),
      log: createLog('silent'),
      roles,
      migrate: false,
      environment: { ...environment },
    });
  }

  async function stop(): Promise<void> {
    await running?.stop();
    running = null;
  }

  await start();
  return {
    database,
    home,
    environment,
    get url() {
      return running?.url ?? '';
    },
    start,
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      await database[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    },
  };
}
