import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = path.join(import.meta.dirname, '..', '..');
export const cli = path.join(root, 'src', 'main', 'cli.ts');

export interface RoleOptions {
  readonly name: 'server' | 'worker';
  readonly environment: NodeJS.ProcessEnv;
  /** File descriptor for stderr. */
  readonly log: number;
}

/** `mendloop server` or `mendloop worker` under a supervisor that starts it again whenever it has ended. */
export interface Role {
  /** The process of now; null between its end and the next start. */
  readonly pid: () => number | null;
  /** When the process of now was started; every job that it is at work on has begun since. */
  readonly startedAt: () => Date;
  /** It has said that it works. */
  readonly ready: () => boolean;
  readonly freeze: () => void;
  readonly thaw: () => void;
  /** False where there is no process just now. */
  readonly kill: () => Promise<boolean>;
  /** SIGTERM without a restart: the exit status, null where a signal ended it, and the milliseconds that it took. */
  readonly stop: () => Promise<{ readonly status: number | null; readonly ms: number }>;
  readonly start: () => void;
  /** Ends that nobody had asked for, such as a start without a database. */
  readonly unasked: () => number;
}

const restartAfterMs = 300;

export function startRole({ name, environment, log }: RoleOptions): Role {
  let child: ChildProcess | null = null;
  let startedAt = new Date();
  let ready = false;
  let wanted = true;
  let asked = false;
  let unasked = 0;

  function start(): void {
    wanted = true;
    asked = false;
    startedAt = new Date();
    const started = spawn(process.execPath, [cli, name, '--json'], {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'pipe', log],
    });
    child = started;
    started.stdout?.once('data', () => (ready = true));
    started.stdout?.resume();
    started.once('exit', () => void ended());
  }

  async function ended(): Promise<void> {
    child = null;
    ready = false;
    if (!asked) unasked += 1;
    if (!wanted) return;
    await sleep(restartAfterMs);
    if (wanted && child === null) start();
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    const ending = child;
    if (ending === null) return null;
    asked = true;
    const exit = once(ending, 'exit') as Promise<[number | null]>;
    ending.kill(signal);
    return (await exit)[0];
  }

  start();
  return {
    pid: () => child?.pid ?? null,
    startedAt: () => startedAt,
    ready: () => child !== null && ready,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    kill: async () => {
      const alive = child !== null;
      await end('SIGKILL');
      return alive;
    },
    stop: async () => {
      wanted = false;
      const before = performance.now();
      const status = await end('SIGTERM');
      return { status, ms: performance.now() - before };
    },
    start,
    unasked: () => unasked,
  };
}
