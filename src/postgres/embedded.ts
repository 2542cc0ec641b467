import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { translateDatabaseError } from '../db/database-error.ts';
import { isMendloopError } from '../domain/errors.ts';
import { serverIdentity } from './account.ts';
import { type Run, Starter, busyMs } from './bring-up.ts';
import { findExisting } from './existing.ts';
import { translateStartError } from './failure.ts';
import { initialise, isInitialised } from './initialise.ts';
import { databaseUrl, logIn } from './login.ts';
import type { EmbeddedOptions } from './options.ts';
import { type Place, placeIn } from './paths.ts';
import { type PostmasterFile, readPostmasterFile } from './server-state.ts';
import { isInUse, stopServer } from './stop.ts';

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

const loginAttempts = 5;
const closingMs = 1000;
const closingLooks = 10;

/**
 * The PostgreSQL below `home`: adopted when it runs, else started, after `initdb` the first time (about 1 s; a later
 * start 40-150 ms). Safe to call from several processes at once: one starts it, the others adopt it.
 * Throws `database_start_failed` or `storage_full`.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  try {
    return await start(options, placeIn(resolve(options.home)));
  } catch (error) {
    throw translateStartError(error);
  }
}

async function start(options: EmbeddedOptions, place: Place): Promise<EmbeddedServer> {
  await mkdir(place.home, { recursive: true });
  const identity = await serverIdentity(place.data);
  const starter = new Starter(options, place, identity);
  if (!(await isInitialised(place))) {
    await initialise(place, await starter.binaries(), identity);
    options.log.info({}, 'embedded database initialised');
  }
  const password = await readFile(place.password, 'utf8');
  const { run, adopted } = await bringUpAndLogIn(starter, place, password);
  await writeFile(place.port, String(run.port));
  options.log.info({ pid: run.pid, port: run.port, adopted }, 'embedded database ready');
  return handle(place, run, password, adopted);
}

/**
 * `postmaster.pid` says ready while the server recovers from the crash of one of its backends, and another process
 * may stop the server between our finding it and our logging in.
 */
async function bringUpAndLogIn(starter: Starter, place: Place, password: string): Promise<Run> {
  const recovery = AbortSignal.timeout(busyMs);
  let refusals = 0;
  for (;;) {
    const found = await starter.bringUp();
    try {
      await logIn(place, found.run.port, password);
      return found;
    } catch (error) {
      const patient = isRecovering(error) ? !recovery.aborted : isLost(error) && ++refusals < loginAttempts;
      if (!patient) return await giveUp(place, found, error);
      await sleep(200);
    }
  }
}

/** Nobody could use or stop a server that we started and cannot log in to. */
async function giveUp(place: Place, { run, adopted }: Run, error: unknown): Promise<never> {
  if (!adopted) await stopServer(place, run);
  throw error;
}

/** 57P03 cannot_connect_now */
function isRecovering(error: unknown): boolean {
  return (error as { code?: unknown }).code === '57P03';
}

function isLost(error: unknown): boolean {
  const translated = translateDatabaseError(error);
  return isMendloopError(translated) && translated.code === 'database_unreachable';
}

/** The backend of a connection that has just been closed is there for some moments more. */
async function staysInUse(url: string): Promise<boolean> {
  for (let look = 0; look < closingLooks; look += 1) {
    if (!(await isInUse(url))) return false;
    await sleep(closingMs / closingLooks);
  }
  return true;
}

function handle(place: Place, run: PostmasterFile, password: string, adopted: boolean): EmbeddedServer {
  const url = databaseUrl(run.port, password);
  // What runs now is stopped: a supervisor may have started it again since.
  const stop = async (): Promise<void> => {
    const now = await readPostmasterFile(place.data);
    if (now !== null) await stopServer(place, now);
  };
  const stopUnlessInUse = async (): Promise<boolean> => {
    const { kind } = await findExisting(place);
    if (kind === 'none' || kind === 'dead') return true;
    if (await staysInUse(url)) return false;
    await stop();
    return true;
  };
  return { url, port: run.port, pid: run.pid, adopted, stop, stopUnlessInUse, [Symbol.asyncDispose]: stop };
}
