import { setTimeout as sleep } from 'node:timers/promises';
import { MendloopError } from '../domain/errors.ts';
import type { Identity } from './account.ts';
import { findExisting } from './existing.ts';
import { startFailure } from './failure.ts';
import { type Binaries, binariesIn, findBinaries } from './find-binaries.ts';
import { launch } from './launch.ts';
import { removeLeftover } from './leftover.ts';
import type { EmbeddedOptions } from './options.ts';
import type { Place } from './paths.ts';
import { choosePort, probePort } from './port.ts';
import type { PostmasterFile } from './server-state.ts';
import { takeTurn } from './turn.ts';

export interface Run {
  readonly run: PostmasterFile;
  readonly adopted: boolean;
}

/** How long starts may fail: a killed server's zombie or its last backends can hold the folder for some seconds. */
const failingMs = 10_000;
/** How long a live server may take to become ready: recovery replays at most some GB of WAL. */
export const busyMs = 120_000;

/** Brings one place's server up: finds it running, or starts it, until it is ready. */
export class Starter {
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

  async bringUp(): Promise<Run> {
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
      launched = await this.#startInTurn();
      if (!launched) await sleep(100);
    }
  }

  /** False while another process starts it, when one has, and when the server ended at once. */
  async #startInTurn(): Promise<boolean> {
    const binaries = await this.binaries();
    await using turn = await takeTurn(this.#place.home);
    if (turn === null) return false;
    const existing = await findExisting(this.#place);
    if (existing.kind === 'ready' || existing.kind === 'busy') return false;
    if (existing.kind === 'dead' && !(await removeLeftover(this.#place, existing.run))) return false;
    return this.#launch(binaries);
  }

  async #launch(binaries: Binaries): Promise<boolean> {
    const { durable = true } = this.#options;
    const port = await this.#port();
    return launch({ place: this.#place, binaries, identity: this.#identity, port, durable });
  }

  async #port(): Promise<number> {
    const { port } = this.#options;
    if (port === undefined) return choosePort(this.#place.port);
    if ((await probePort(port)) !== null) return port;
    // A server writes postmaster.pid before it listens: if the port is another starter's, its file is there by now.
    if ((await findExisting(this.#place)).kind !== 'none') return port;
    throw new MendloopError(
      'database_start_failed',
      `Port ${port} of 127.0.0.1 is taken by another program.`,
    );
  }
}
