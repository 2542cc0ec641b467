import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import { dataAccess } from './data-access.ts';
import type { Identity } from './identity.ts';
import { openLog } from './log-file.ts';
import type { Place } from './place.ts';
import { readPostmasterFile } from './postmaster-file.ts';
import { programEnvironment } from './run-program.ts';
import { serverArguments } from './settings.ts';

export interface LaunchOptions {
  readonly place: Place;
  readonly binaries: Binaries;
  readonly identity: Identity | null;
  readonly port: number;
  readonly durable: boolean;
}

/**
 * Starts the server and waits until `postmaster.pid` is its own: true. False when it ended before that, because
 * another server has the folder or the port, or for a reason that is in its log.
 */
export async function launch(options: LaunchOptions): Promise<boolean> {
  const child = await spawnServer(options);
  while (isRunning(child)) {
    const file = await readPostmasterFile(options.place.data);
    if (file !== null && file.pid === child.pid) return true;
    await sleep(10);
  }
  return false;
}

/** Detached and logging to a file, so that it survives our crash and needs no recovery. */
async function spawnServer(options: LaunchOptions): Promise<ChildProcess> {
  const { argument, cwd } = await dataAccess(options.place.data, options.identity);
  const log = await openLog(options.place.log);
  try {
    const args = ['-D', argument, ...serverArguments(options.port, options.durable)];
    const child = spawn(options.binaries.postgres, args, {
      ...options.identity,
      cwd,
      env: programEnvironment,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    child.on('error', () => undefined);
    child.unref();
    return child;
  } finally {
    await log.close();
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}
