import { stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { MendloopError } from '../domain/errors.ts';
import type { Log } from '../telemetry/log.ts';
import { pause } from '../time/poll-until.ts';
import type { ServerAccount } from './account.ts';
import { startFailure } from './failure.ts';
import { type Binaries, binariesIn, findBinaries } from './find-binaries.ts';
import { launch } from './launch.ts';
import type { ServerPaths } from './paths.ts';
import { choosePort, probePort } from './port.ts';
import { removeDeadRun, type ServerRun, serverState } from './server-state.ts';

export interface EmbeddedOptions {
  /** Absolute path of MENDLOOP_HOME; created if missing. The server keeps `postgres/` and `postgres.log` in it. */
  readonly home: string;
  /** Fixed port; without one the port of the last start, or any free one. */
  readonly port?: number;
  /** False, for tests only: no fsync. */
  readonly durable?: boolean;
  /** Folder with `initdb` and `postgres` to use instead of searching for one. */
  readonly bin?: string;
  readonly log: Pick<Log, 'info'>;
}

export interface ReadyServer {
  readonly run: ServerRun;
  /** True when this call did not start the server. */
  readonly adopted: boolean;
}

/** How long starts may fail: a killed server's zombie or its last backends can hold the folder for some seconds. */
const failingMs = 10_000;
/** How long a live server may take to become ready: recovery replays at most some GB of WAL. */
export const recoveryMs = 120_000;

/** Finds the server of one home running, or starts it, and waits until it is ready. */
export class ServerStarter {
  readonly #options: EmbeddedOptions;
  readonly #paths: ServerPaths;
  readonly #account: ServerAccount | null;
  #binaries: Promise<Binaries> | undefined;

  constructor(options: EmbeddedOptions, paths: ServerPaths, account: ServerAccount | null) {
    this.#options = options;
    this.#paths = paths;
    this.#account = account;
  }

  /** Searches on the first call only: to adopt a server no binaries are needed. */
  binaries(): Promise<Binaries> {
    const { bin } = this.#options;
    this.#binaries ??=
      bin === undefined ? findBinaries(this.#paths, this.#account) : binariesIn(bin, this.#account);
    return this.#binaries;
  }

  /** Throws `database_start_failed` or `storage_full`. */
  async bringUp(): Promise<ReadyServer> {
    const failing = AbortSignal.timeout(failingMs);
    const recovery = AbortSignal.timeout(recoveryMs);
    let launched = false;
    for (;;) {
      const state = await serverState(this.#paths.data);
      if (state.kind === 'ready') return { run: state.run, adopted: !launched };
      if (state.kind === 'busy') {
        if (recovery.aborted) throw await this.#failure('The embedded PostgreSQL does not become ready.');
        await pause(20);
        continue;
      }
      if (failing.aborted) throw await this.#failure('The embedded PostgreSQL ends at once.');
      launched = await this.#startUnderLock();
      if (!launched) await pause(100);
    }
  }

  #failure(message: string): Promise<MendloopError> {
    return startFailure(this.#paths.home, message);
  }

  /** False while another process starts the server, when another process has started it, and when it ended at once. */
  async #startUnderLock(): Promise<boolean> {
    const binaries = await this.binaries();
    await using lock = await takeStartLock(this.#paths.home);
    if (lock === null) return false;
    const state = await serverState(this.#paths.data);
    if (state.kind === 'ready' || state.kind === 'busy') return false;
    if (state.kind === 'dead' && !(await removeDeadRun(this.#paths.data, state.run))) return false;
    return this.#launch(binaries);
  }

  async #launch(binaries: Binaries): Promise<boolean> {
    const { durable = true } = this.#options;
    const port = await this.#port();
    return launch({ paths: this.#paths, binaries, account: this.#account, port, durable });
  }

  async #port(): Promise<number> {
    const { port } = this.#options;
    if (port === undefined) return choosePort(this.#paths.port);
    if ((await probePort(port)) !== null) return port;
    // A server writes postmaster.pid before it listens: if the port is another starter's, its file is there by now.
    if ((await serverState(this.#paths.data)).kind !== 'none') return port;
    throw new MendloopError(
      'database_start_failed',
      `Port ${port} of 127.0.0.1 is taken by another program.`,
    );
  }
}

/**
 * The right to start the server of a home, or null while another process has the right. PostgreSQL, like
 * {@link removeDeadRun}, reads the `postmaster.pid` of a dead server before it removes the file: of two starters at once
 * the slower one removes the file of the server that the faster one has just started, which then shuts itself down
 * within a minute. The lock is a name in the kernel (Linux only) and not a file, so that it ends with a killed process.
 */
async function takeStartLock(home: string): Promise<AsyncDisposable | null> {
  if (process.platform !== 'linux') return { [Symbol.asyncDispose]: async () => undefined };
  const { dev, ino } = await stat(home);
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const holder = createServer((caller) => caller.destroy());
  holder.once('error', (error: NodeJS.ErrnoException) =>
    error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
  );
  holder.listen({ path: `\0mendloop-start-${dev}-${ino}`, exclusive: true }, () => resolve(true));
  if (!(await promise)) return null;
  return { [Symbol.asyncDispose]: () => new Promise((done) => holder.close(() => done())) };
}
