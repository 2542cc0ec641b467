import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { MendloopError } from '../../domain/errors.ts';
import type { Log } from '../../telemetry/log.ts';
import { type Binaries, binariesIn, findBinaries } from './binaries.ts';
import { findExisting } from './existing.ts';
import { startFailure } from './failure.ts';
import { choosePort, probePort } from './free-port.ts';
import { type Identity, serverIdentity } from './identity.ts';
import { initialise, isInitialised } from './initialise.ts';
import { launch } from './launch.ts';
import { databaseUrl, logIn } from './login.ts';
import { type Place, placeIn } from './place.ts';
import type { PostmasterFile } from './postmaster-file.ts';
import { isInUse, stopServer } from './stop.ts';

export interface EmbeddedOptions {
  /** Absolute path of MENDLOOP_HOME; made if missing. The server keeps `postgres/` and `postgres.log` in it. */
  readonly home: string;
  /** Fixed port; without one the port of the last start, or any free one. */
  readonly port?: number;
  /** False, for tests only: no fsync. */
  readonly durable?: boolean;
  /** Folder with `initdb` and `postgres` to use instead of those that are found. */
  readonly bin?: string;
  readonly log: Pick<Log, 'info'>;
}

export interface EmbeddedServer extends AsyncDisposable {
  /** With the password: never log it. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** It ran already: this process, another one, or one that crashed had started it. */
  readonly adopted: boolean;
  /** Stops it whoever started it and whoever is connected; waits for the end. */
  stop(): Promise<void>;
  /** Stops it unless another connection is open: for processes that share one home. True when it stopped. */
  stopUnlessInUse(): Promise<boolean>;
}

/** How long starts may fail: a killed server's zombie or its last backends can hold the folder for some seconds. */
const failingMs = 10_000;
/** How long a live server may take to become ready: recovery replays at most some GB of WAL. */
const busyMs = 120_000;

/**
 * The PostgreSQL below `home`: adopted when it runs, else started, after `initdb` the first time (about 1 s; a later
 * start 40-150 ms). Safe to call from several processes at once: one starts it, the others adopt it.
 * Throws `database_start_failed` or `storage_full`.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  await mkdir(options.home, { recursive: true });
  const place = placeIn(options.home);
  const identity = await serverIdentity(place.data);
  const starter = new Starter(options, place, identity);
  if (!(await isInitialised(place))) {
    await initialise(place, await starter.binaries(), identity);
    options.log.info({}, 'embedded database initialised');
  }
  const { run, adopted } = await starter.bringUp();
  const password = await readFile(place.password, 'utf8');
  await logIn(place, run.port, password);
  await writeFile(place.port, String(run.port));
  options.log.info({ pid: run.pid, port: run.port, adopted }, 'embedded database ready');
  return handle(place, run, password, adopted);
}

function handle(place: Place, run: PostmasterFile, password: string, adopted: boolean): EmbeddedServer {
  const url = databaseUrl(run.port, password);
  const stop = (): Promise<void> => stopServer(place, run);
  const stopUnlessInUse = async (): Promise<boolean> => {
    if (await isInUse(url)) return false;
    await stop();
    return true;
  };
  return { url, port: run.port, pid: run.pid, adopted, stop, stopUnlessInUse, [Symbol.asyncDispose]: stop };
}

class Starter {
  readonly #options: EmbeddedOptions;
  readonly #place: Place;
  readonly #identity: Identity | null;
  #binaries: Promise<Binaries> | undefined;

  constructor(options: EmbeddedOptions, place: Place, identity: Identity | null) {
    this.#options = options;
    this.#place = place;
    this.#identity = identity;
  }

  /** Looked for only when they are needed: adopting needs none. */
  binaries(): Promise<Binaries> {
    const { bin } = this.#options;
    this.#binaries ??=
      bin === undefined ? findBinaries(this.#place, this.#identity) : binariesIn(bin, this.#identity);
    return this.#binaries;
  }

  async bringUp(): Promise<{ run: PostmasterFile; adopted: boolean }> {
    const failing = AbortSignal.timeout(failingMs);
    const busy = AbortSignal.timeout(busyMs);
    let launched = false;
    for (;;) {
      const existing = await findExisting(this.#place);
      if (existing.kind === 'ready') return { run: existing.run, adopted: !launched };
      if (existing.kind === 'busy') {
        if (busy.aborted)
          throw await startFailure(this.#place, 'The embedded PostgreSQL does not become ready.');
        await sleep(20);
        continue;
      }
      if (failing.aborted) throw await startFailure(this.#place, 'The embedded PostgreSQL ends at once.');
      launched = existing.kind === 'none' && (await this.#launch());
      if (!launched) await sleep(100);
    }
  }

  async #launch(): Promise<boolean> {
    const binaries = await this.binaries();
    const { durable = true } = this.#options;
    const port = await this.#port();
    return launch({ place: this.#place, binaries, identity: this.#identity, port, durable });
  }

  async #port(): Promise<number> {
    const { port } = this.#options;
    if (port === undefined) return choosePort(this.#place.port);
    if ((await probePort(port)) !== null) return port;
    throw new MendloopError(
      'database_start_failed',
      `Port ${port} of 127.0.0.1 is taken by another program.`,
    );
  }
}
