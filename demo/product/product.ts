import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MendloopError } from '../../src/domain/errors.ts';
import { pollUntil } from '../../src/time/poll-until.ts';
import type { RegisteredApp } from '../github/actions/apps.ts';
import { root } from '../root.ts';
import { cli, runCommand } from './command.ts';

export interface ProductOptions {
  readonly home: string;
  readonly port: number;
  readonly githubApiUrl: string;
  readonly app: RegisteredApp;
  readonly webhookSecret: string;
}

/** The product's processes, started as an operator would: `migrate`, then `server` and `worker`. */
export interface Product extends AsyncDisposable {
  readonly url: string;
  readonly logFile: string;
  /** Runs one command of its CLI beside it, and gives what that prints as JSON. Throws `round_invalid` where it fails. */
  command(...args: readonly string[]): Promise<unknown>;
}

/** Of this process's own variables: what the programs that it starts are found by, and what chooses the engine of a round. */
const inherited = ['PATH', 'HOME', 'TMPDIR', 'ROUND_ENGINE'] as const;

async function environment(options: ProductOptions): Promise<NodeJS.ProcessEnv> {
  await mkdir(options.home, { recursive: true });
  const keyFile = path.join(options.home, 'app-key.pem');
  await writeFile(keyFile, options.app.privateKeyPem, { mode: 0o600 });
  const given = inherited.filter((name) => process.env[name] !== undefined);
  return {
    ...Object.fromEntries(given.map((name) => [name, process.env[name]])),
    MENDLOOP_HOME: options.home,
    PORT: String(options.port),
    APP_ID: String(options.app.appId),
    APP_SLUG: options.app.slug,
    PRIVATE_KEY_PATH: keyFile,
    WEBHOOK_SECRET: options.webhookSecret,
    GITHUB_API_URL: options.githubApiUrl,
    // The replayed repositories are public; their owners are this demo.
    CONSENT_PUBLIC_DEFAULT: 'train',
  };
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) resolve(child.exitCode);
    else child.once('exit', (code) => resolve(code ?? 1));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await ended(child);
}

async function untilReady(url: string, processes: readonly ChildProcess[], logFile: string): Promise<void> {
  const isReady = (): Promise<boolean> =>
    fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
  const look = async (): Promise<'ready' | 'ended' | null> => {
    if (await isReady()) return 'ready';
    return processes.some((child) => child.exitCode !== null) ? 'ended' : null;
  };
  if ((await pollUntil(look, { intervalMs: 100, timeoutMs: 60_000 })) === 'ready') return;
  throw new MendloopError('database_start_failed', `the product did not become ready; its log is ${logFile}`);
}

export async function startProduct(options: ProductOptions): Promise<Product> {
  const env = await environment(options);
  const logFile = path.join(options.home, 'demo.log');
  const log = await open(logFile, 'a');
  const start = (command: string) =>
    spawn(process.execPath, [cli, command], { cwd: root, env, stdio: ['ignore', log.fd, log.fd] });
  if ((await ended(start('migrate'))) !== 0) {
    throw new MendloopError('database_start_failed', `the database could not be prepared; see ${logFile}`);
  }
  const processes = [start('server'), start('worker')];
  const url = `http://127.0.0.1:${options.port}`;
  const stopAll = async () => {
    await Promise.all(processes.map(stop));
    await log.close();
  };
  try {
    await untilReady(url, processes, logFile);
  } catch (error) {
    await stopAll();
    throw error;
  }
  const command = (...args: readonly string[]) => runCommand(env, args);
  return { url, logFile, command, [Symbol.asyncDispose]: stopAll };
}
