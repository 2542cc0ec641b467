import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoopbackGitHub, startLoopbackGitHub } from '../../demo/github/server.ts';
import { untilSettled } from '../../demo/product/settled.ts';
import { readAppManifest } from '../../src/config/app-manifest.ts';
import { readConfig } from '../../src/config/config.ts';
import { run, type Running } from '../../src/main/processes.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { type TestDatabase, testDatabase } from './database.ts';

/** The whole thread in one process: loopback GitHub, a database of its own, server and worker. */
export interface Thread extends AsyncDisposable {
  readonly github: LoopbackGitHub;
  readonly database: TestDatabase;
  readonly appId: number;
  readonly home: string;
  /** Address of the product's server. */
  readonly url: string;
  readonly webhookSecret: string;
  /** Resolves when nothing waits any more. */
  settle(): Promise<void>;
  /** Stops and starts the product's roles. */
  restart(): Promise<void>;
}

export interface ThreadOptions {
  /** What the App is registered with; `app.yml` where absent. */
  readonly permissions?: Readonly<Record<string, 'read' | 'write'>>;
  readonly environment?: Readonly<Record<string, string>>;
}

const anyPort = '0';

/** Starts a thread; the webhook address is set once the server's port is known. */
export async function startThread(options: ThreadOptions = {}): Promise<Thread> {
  const home = await mkdtemp(join(tmpdir(), 'mendloop-thread-'));
  const github = await startLoopbackGitHub({ dir: join(home, 'github'), validate: true });
  const webhookSecret = randomUUID();
  const manifest = await readAppManifest();
  const app = await github.registerApp({
    permissions: options.permissions ?? manifest.default_permissions,
    events: manifest.default_events,
    webhookUrl: null,
    webhookSecret,
  });
  const database = await testDatabase();
  const environment = {
    MENDLOOP_HOME: join(home, 'data'),
    DATABASE_URL: database.url,
    PORT: anyPort,
    APP_ID: String(app.appId),
    APP_SLUG: app.slug,
    PRIVATE_KEY: app.privateKeyPem,
    WEBHOOK_SECRET: webhookSecret,
    GITHUB_API_URL: github.apiUrl,
    CONSENT_PUBLIC_DEFAULT: 'train',
    PATH: process.env['PATH'],
    ...options.environment,
  };

  async function start(): Promise<Running> {
    const started = await run({
      config: readConfig(environment),
      log: createLog('silent'),
      roles: ['server', 'worker'],
      migrate: false,
      environment: { ...environment },
    });
    github.configureWebhook({
      appId: app.appId,
      url: `${started.url}/api/github/webhooks`,
      secret: webhookSecret,
    });
    return started;
  }

  let running = await start();
  return {
    github,
    database,
    appId: app.appId,
    home,
    webhookSecret,
    get url() {
      return running.url ?? '';
    },
    settle: () =>
      untilSettled({
        db: database.db,
        underway: () => github.pendingDeliveries(),
        onProgress: () => undefined,
        patienceMs: 60_000,
      }),
    async restart() {
      await running.stop();
      running = await start();
    },
    async [Symbol.asyncDispose]() {
      await running.stop();
      await database[Symbol.asyncDispose]();
      await github[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    },
  };
}
