import { type ChildProcess, spawn } from 'node:child_process';
import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import { MendloopError } from '../domain/errors.ts';
import { pollUntil } from '../time/poll-until.ts';
import { type ServerAccount, withDataAccess } from './account.ts';
import type { Binaries } from './find-binaries.ts';
import type { ServerPaths } from './paths.ts';
import { programEnvironment } from './run-program.ts';
import { readRun } from './server-state.ts';
import { serverArguments } from './settings.ts';

export interface LaunchOptions {
  readonly paths: ServerPaths;
  readonly binaries: Binaries;
  readonly account: ServerAccount | null;
  readonly port: number;
  readonly durable: boolean;
}

interface ServerProcess {
  readonly child: ChildProcess;
  /** Why the program could not be run at all; undefined until that is known. */
  readonly refusal: () => Error | undefined;
}

/** At each start a larger log is renamed to `….1`; with our settings a year of quiet running stays below this size. */
const rotateAboveBytes = 5_000_000;

/**
 * Starts the server and waits until `postmaster.pid` is its own: true. False when the server ended before that,
 * because another server has the folder or the port, or for a reason that is in its log.
 */
export async function launch(options: LaunchOptions): Promise<boolean> {
  const { child, refusal } = await spawnServer(options);
  const hasStartedOrEnded = async (): Promise<'started' | 'ended' | null> => {
    if (!isRunning(child)) return 'ended';
    return (await readRun(options.paths.data))?.pid === child.pid ? 'started' : null;
  };
  if ((await pollUntil(hasStartedOrEnded, { intervalMs: 10 })) === 'started') return true;
  const cause = refusal();
  if (cause === undefined) return false;
  throw new MendloopError('database_start_failed', 'PostgreSQL could not be run.', { cause });
}

/** Detached and logging to a file, so that the server survives a crash of this process and needs no recovery. */
async function spawnServer(options: LaunchOptions): Promise<ServerProcess> {
  const { paths, binaries, account, port, durable } = options;
  await using log = await openLog(paths.log);
  return await withDataAccess(paths.data, account, ({ argument, descriptors }) => {
    const child = spawn(binaries.postgres, ['-D', argument, ...serverArguments(port, durable)], {
      ...account,
      cwd: '/',
      env: programEnvironment,
      detached: true,
      stdio: ['ignore', log.fd, log.fd, ...descriptors],
    });
    let refusal: Error | undefined;
    child.once('error', (error) => (refusal = error));
    child.unref();
    return { child, refusal: () => refusal };
  });
}

/** Only the owner may read the log. The server gets the open file: its account need not reach the path. */
async function openLog(path: string): Promise<FileHandle> {
  const sizeBytes = await stat(path).then(
    (file) => file.size,
    () => 0,
  );
  if (sizeBytes > rotateAboveBytes) await rename(path, `${path}.1`);
  return open(path, 'a', 0o600);
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}
