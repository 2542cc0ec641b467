import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { MendloopError } from '../domain/errors.ts';
import { errorFields, type Log } from '../telemetry/log.ts';
import { pause, pollUntil } from '../time/poll-until.ts';
import { serverAccount } from './account.ts';
import { type EmbeddedOptions, type ReadyServer, ServerStarter, recoveryMs } from './bring-up.ts';
import { isConnectionFailure, sqlState, translateStartError } from './failure.ts';
import { initialise, isInitialised } from './initialise.ts';
import { databaseUrl, isInUse, logIn } from './login.ts';
import { type ServerPaths, serverPaths } from './paths.ts';
import { readRun, serverState } from './server-state.ts';
import { stopServer } from './stop.ts';

// The whole interface of src/postgres: other rooms import this file only.

export interface EmbeddedServer extends AsyncDisposable {
  /** With the password: never log it. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** The server ran already, started by this process, by another one or by one that crashed. */
  readonly adopted: boolean;
  /** Stops the server, whoever started it and whoever is connected, and waits for its end. */
  stop(): Promise<void>;
  /** Stops the server unless another connection is open, for processes that share one home. True when it stopped. */
  stopUnlessInUse(): Promise<boolean>;
}

export interface SuperviseOptions extends EmbeddedOptions {
  /** The port of the first start: kept, so that pools find the server again. */
  readonly port: number;
  /** How often to check that the server lives; a check reads two small files. */
  readonly everyMs: number;
  /** Abort it before stopping the server. */
  readonly signal: AbortSignal;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

const loginAttempts = 5;
const loginPauseMs = 200;
/** The backend of a connection that has just been closed stays for some moments. */
const backendExitMs = 900;

/**
 * The PostgreSQL below `home`: adopted when it runs, else started, after `initdb` the first time (about 1 s; a later
 * start 40-150 ms). Safe to call from several processes at once: one starts it, the others adopt it.
 * Throws `database_start_failed` or `storage_full`.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  try {
    return await start(options, serverPaths(resolve(options.home)));
  } catch (error) {
    throw translateStartError(error);
  }
}

/**
 * Starts the server again whenever it has died, for instance killed or by a full disk, until the signal. Any number
 * of processes may do so for one home. A start that fails is logged by its code and tried again.
 */
export async function superviseEmbedded(options: SuperviseOptions): Promise<void> {
  const { everyMs, signal, log } = options;
  const { data } = serverPaths(resolve(options.home));
  while (!signal.aborted) {
    const { kind } = await serverState(data);
    if (kind === 'none' || kind === 'dead') {
      log.warn({}, 'embedded database has ended');
      await startEmbedded(options).catch((error: unknown) =>
        log.warn(errorFields(error), 'embedded database could not be started'),
      );
    }
    await pause(everyMs, signal);
  }
}

/** Process and port of the server of a home; null when none is ready. */
export async function runningEmbedded(
  home: string,
): Promise<{ readonly pid: number; readonly port: number } | null> {
  const state = await serverState(serverPaths(home).data);
  return state.kind === 'ready' ? { pid: state.run.pid, port: state.run.port } : null;
}

/** Stops the server of a home if it runs. Throws `database_start_failed` while it is starting or stopping. */
export async function stopEmbedded(home: string): Promise<void> {
  const { data } = serverPaths(home);
  const state = await serverState(data);
  if (state.kind === 'busy') {
    throw new MendloopError('database_start_failed', 'The embedded server is just starting or stopping.');
  }
  if (state.kind === 'ready') await stopServer(data, state.run);
}

async function start(options: EmbeddedOptions, paths: ServerPaths): Promise<EmbeddedServer> {
  await mkdir(paths.home, { recursive: true });
  const account = await serverAccount(paths.data);
  const starter = new ServerStarter(options, paths, account);
  if (!(await isInitialised(paths))) {
    await initialise(paths, await starter.binaries(), account);
    options.log.info({}, 'embedded database initialised');
  }
  const password = await readFile(paths.password, 'utf8');
  const { run, adopted } = await bringUpAndLogIn(starter, paths, password);
  await writeFile(paths.port, String(run.port));
  options.log.info({ pid: run.pid, port: run.port, adopted }, 'embedded database ready');
  return serverHandle(paths.data, databaseUrl(run.port, password), { run, adopted });
}

/**
 * `postmaster.pid` says ready while the server recovers from the crash of one of its backends, and another process
 * may stop the server between {@link ServerStarter.bringUp} and the login.
 */
async function bringUpAndLogIn(
  starter: ServerStarter,
  paths: ServerPaths,
  password: string,
): Promise<ReadyServer> {
  const recovery = AbortSignal.timeout(recoveryMs);
  let failures = 0;
  for (;;) {
    const server = await starter.bringUp();
    try {
      await logIn(paths, server.run.port, password);
      return server;
    } catch (error) {
      const mayRetry = isRecovering(error)
        ? !recovery.aborted
        : isConnectionFailure(error) && ++failures < loginAttempts;
      if (!mayRetry) return await stopAndThrow(paths, server, error);
      await pause(loginPauseMs);
    }
  }
}

/** A server that was started here and refuses the login would be of no use to any process. */
async function stopAndThrow(
  paths: ServerPaths,
  { run, adopted }: ReadyServer,
  error: unknown,
): Promise<never> {
  if (!adopted) await stopServer(paths.data, run);
  throw error;
}

function isRecovering(error: unknown): boolean {
  return (error as { code?: unknown }).code === sqlState.cannotConnectNow;
}

function serverHandle(data: string, url: string, { run, adopted }: ReadyServer): EmbeddedServer {
  // Reads the present run: a supervisor may have started the server again.
  const stop = async (): Promise<void> => {
    const now = await readRun(data);
    if (now !== null) await stopServer(data, now);
  };
  const isIdle = async (): Promise<boolean> => !(await isInUse(url));
  const stopUnlessInUse = async (): Promise<boolean> => {
    const { kind } = await serverState(data);
    if (kind === 'none' || kind === 'dead') return true;
    if ((await pollUntil(isIdle, { intervalMs: 100, timeoutMs: backendExitMs })) === null) return false;
    await stop();
    return true;
  };
  return { url, port: run.port, pid: run.pid, adopted, stop, stopUnlessInUse, [Symbol.asyncDispose]: stop };
}
