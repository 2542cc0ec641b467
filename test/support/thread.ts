import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoopbackGitHub, startLoopbackGitHub } from '../../demo/github/server.ts';
import { untilSettled } from '../../demo/product/settled.ts';
import { readAppManifest } from '../../src/config/app-manifest.ts';
import type { RoleName } from '../../src/main/processes.ts';
import type { TestDatabase } from './database.ts';
import { type AppCredentials, type Product, startProduct } from './product.ts';

/** The whole thread in one process: loopback GitHub, a database of its own, server and worker. */
export interface Thread extends AsyncDisposable {
  readonly github: LoopbackGitHub;
  readonly app: AppCredentials;
  readonly product: Product;
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
  readonly roles?: readonly RoleName[];
  readonly impatient?: boolean;
  /** The clock of the loopback GitHub. */
  readonly now?: () => Date;
}

async function registerApp(github: LoopbackGitHub, options: ThreadOptions): Promise<AppCredentials> {
  const manifest = await readAppManifest();
  const webhookSecret = randomUUID();
  const app = await github.registerApp({
    permissions: options.permissions ?? manifest.default_permissions,
    events: manifest.default_events,
    webhookUrl: null,
    webhookSecret,
  });
  return { ...app, webhookSecret };
}

/** Points the App's webhook at a product. */
export function deliverTo(github: LoopbackGitHub, app: AppCredentials, product: Product): void {
  const url = `${product.url}/api/github/webhooks`;
  github.configureWebhook({ appId: app.appId, url, secret: app.webhookSecret });
}

/** Resolves when nothing of a product waits any more. */
export function settled(github: LoopbackGitHub, { database }: Product): Promise<void> {
  return untilSettled({
    db: database.db,
    underway: () => github.pendingDeliveries(),
    onProgress: () => undefined,
    patienceMs: 60_000,
    everyMs: 30,
  });
}

/** Starts a thread; the webhook address is set once the server's port is known. */
export async function startThread(options: ThreadOptions = {}): Promise<Thread> {
  const home = await mkdtemp(join(tmpdir(), `mendloop-test-${process.pid}-thread-`));
  const now = options.now === undefined ? {} : { now: options.now };
  // GitHub waits 10 s for an answer and sends no second time: on a busy machine a delivery would be lost by that.
  const patient = { deliveryTimeoutMilliseconds: 60_000 };
  const github = await startLoopbackGitHub({ dir: join(home, 'github'), validate: true, ...patient, ...now });
  const app = await registerApp(github, options);
  const product = await startProduct({ ...options, github, app });
  deliverTo(github, app, product);
  return {
    github,
    app,
    product,
    database: product.database,
    appId: app.appId,
    home,
    webhookSecret: app.webhookSecret,
    get url() {
      return product.url;
    },
    settle: () => settled(github, product),
    async restart() {
      await product.stop();
      await product.start();
      deliverTo(github, app, product);
    },
    async [Symbol.asyncDispose]() {
      await product[Symbol.asyncDispose]();
      await github[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    },
  };
}
