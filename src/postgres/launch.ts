import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { MendloopError } from '../domain/errors.ts';
import type { Identity } from './account.ts';
import { withDataAccess } from './data-access.ts';
import type { Binaries } from './find-binaries.ts';
import { openLog } from './log-file.ts';
import type { Place } from './paths.ts';
import { programEnvironment } from './run-program.ts';
import { readPostmasterFile } from './server-state.ts';
import { serverArguments } from './settings.ts';

export interface LaunchOptions {
  readonly place: Place;
  readonly binaries: Binaries;
  readonly identity: Identity | null;
  readonly port: number;
  readonly durable: boolean;
}

/** A started program, and why it could not be run at all, once that is known. */
interface Spawned {
  readonly child: ChildProcess;
  readonly refusal: () => Error | undefined;
}

/**
 * Starts the server and waits until `postmaster.pid` is its own: true. False when it ended before that, because
 * another server has the folder or the port, or for a reason that is in its log.
 */
export async function launch(options: LaunchOptions): Promise<boolean> {
  const { child, refusal } = await spawnServer(options);
  while (isRunning(child)) {
    const file = await readPostmasterFile(options.place.data);
    if (file !== null && file.pid === child.pid) return true;
    await sleep(10);
  }
  const cause = refusal();
  if (cause === undefined) return false;
  throw new MendloopError('database_start_failed', 'PostgreSQL could not be run.', { cause });
}

/** Detached and logging to a file, so that it survives our crash and needs no recovery. */
async function spawnServer(options: LaunchOptions): Promise<Spawned> {
  const { place, binaries, identity, port, durable } = options;
  await using log = await openLog(place.log);
  return await withDataAccess(place.data, identity, ({ argument, descriptors }) => {
    const child = spawn(binaries.postgres, ['-D', argument, ...serverArguments(port, durable)], {
      ...identity,
      cwd: '/',
      env: programEnvironment,
      detached: true,
      stdio: ['ignore', log.fd, log.fd, ...descriptors],
    });
    let refused: Error | undefined;
    child.once('error', (error) => (refused = error));
    child.unref();
    return { child, refusal: () => refused };
  });
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}
