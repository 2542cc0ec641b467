import { execFile } from 'node:child_process';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Connection, connect } from '../../src/db/connect.ts';
import { MendloopError } from '../../src/domain/errors.ts';
import { startEmbedded } from '../../src/postgres/embedded.ts';
import { serverPaths } from '../../src/postgres/paths.ts';
import { processState } from '../../src/postgres/server-state.ts';
import { readRun } from '../../src/postgres/server-state.ts';
import type { Victim } from './plan.ts';
import { cli, type Role, startRole } from './role.ts';

export interface ProductOptions {
  readonly home: string;
  readonly port: number;
  readonly githubApiUrl: string;
  readonly app: { readonly appId: number; readonly slug: string; readonly privateKeyPem: string };
  readonly webhookSecret: string;
}

/** The product as an operator runs it: two processes and the embedded database, which they keep alive. */
export interface Product extends AsyncDisposable {
  readonly server: Role;
  readonly worker: Role;
  /** A connection of the suite's own, to look and to count. */
  readonly watch: Connection;
  readonly logFile: string;
  /** SIGKILL to the process, of the database to its main one; resolves when it is dead. False when it was not there. */
  kill(victim: Victim): Promise<boolean>;
  /** Resolves when both processes have said that they work and the database answers. */
  untilUp(): Promise<void>;
  /** Runs a command of the CLI; its output. */
  command(args: readonly string[]): Promise<string>;
}

const silent = { info: () => undefined };
const readyWithinMs = 60_000;

async function environmentOf(options: ProductOptions): Promise<NodeJS.ProcessEnv> {
  const keyFile = path.join(options.home, 'app-key.pem');
  await writeFile(keyFile, options.app.privateKeyPem, { mode: 0o600 });
  return {
    PATH: process.env['PATH'],
    TMPDIR: tmpdir(),
    MENDLOOP_HOME: options.home,
    PORT: String(options.port),
    APP_ID: String(options.app.appId),
    APP_SLUG: options.app.slug,
    PRIVATE_KEY_PATH: keyFile,
    WEBHOOK_SECRET: options.webhookSecret,
    GITHUB_API_URL: options.githubApiUrl,
    CONSENT_PUBLIC_DEFAULT: 'train',
  };
}

async function killDatabase(home: string): Promise<boolean> {
  const run = await readRun(serverPaths(home).data);
  if (run === null || (await processState(run.pid)) !== 'postgres') return false;
  process.kill(run.pid, 'SIGKILL');
  while ((await processState(run.pid)) === 'postgres') await sleep(5);
  return true;
}

async function answers(watch: Connection): Promise<boolean> {
  return watch.pool.query('select 1').then(
    () => true,
    () => false,
  );
}

async function untilUp(roles: readonly Role[], watch: Connection): Promise<void> {
  const deadline = performance.now() + readyWithinMs;
  while (!roles.every((role) => role.ready()) || !(await answers(watch))) {
    if (performance.now() > deadline)
      throw new MendloopError('cancelled', 'server, worker and database were not all up within a minute');
    await sleep(50);
  }
}

export async function startProduct(options: ProductOptions): Promise<Product> {
  const { home } = options;
  await mkdir(home, { recursive: true });
  const environment = await environmentOf(options);
  const logFile = path.join(home, 'product.log');
  const log = await open(logFile, 'a');
  const database = await startEmbedded({ home, log: silent });
  const watch = connect({ url: database.url, max: 3, applicationName: 'crash-suite' });
  const command = async (args: readonly string[]): Promise<string> =>
    (await promisify(execFile)(process.execPath, [cli, ...args], { env: environment })).stdout;
  await command(['migrate']);
  const server = startRole({ name: 'server', environment, log: log.fd });
  const worker = startRole({ name: 'worker', environment, log: log.fd });
  const roles = { server, worker };
  return {
    ...roles,
    watch,
    logFile,
    kill: (victim) => (victim === 'database' ? killDatabase(home) : roles[victim].kill()),
    untilUp: () => untilUp([server, worker], watch),
    command,
    async [Symbol.asyncDispose]() {
      for (const role of [server, worker]) role.thaw();
      await Promise.all([server.stop(), worker.stop()]);
      await watch[Symbol.asyncDispose]();
      await (await startEmbedded({ home, log: silent })).stop();
      await log.close();
    },
  };
}
