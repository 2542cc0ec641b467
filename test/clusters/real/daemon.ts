import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { connect, createServer } from 'node:net';

/** A program that we started and that we alone end. */
export interface Daemon {
  readonly pid: number;
  readonly ended: Promise<void>;
  isRunning(): boolean;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

export interface DaemonOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Everything it says. */
  readonly log: string;
}

export function startDaemon(program: string, args: readonly string[], options: DaemonOptions): Daemon {
  const log = openSync(options.log, 'a');
  const child: ChildProcess = spawn(program, args, {
    env: options.env ?? process.env,
    cwd: options.cwd ?? '/',
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let running = true;
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      running = false;
      resolve();
    };
    child.once('error', end);
    child.once('close', end);
  });
  return {
    pid: child.pid ?? 0,
    ended,
    isRunning: () => running,
    async kill(signal = 'SIGKILL') {
      if (running) child.kill(signal);
      await ended;
    },
  };
}

/** Ports that nobody listens on now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ports.push((server.address() as { port: number }).port);
  }
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  return ports;
}

export async function eventually(what: string, holds: () => Promise<boolean>, seconds = 60): Promise<void> {
  for (const ends = Date.now() + seconds * 1000; Date.now() < ends;) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} did not come to pass in ${seconds} s`);
}

/** A world that does not come up leaves nothing behind. */
export async function startedOrEnded(world: AsyncDisposable, start: () => Promise<void>): Promise<void> {
  try {
    await start();
  } catch (error) {
    await world[Symbol.asyncDispose]();
    throw error;
  }
}

export function answersAt(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
