import { randomBytes } from 'node:crypto';
import { access, chown, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MendloopError } from '../domain/errors.ts';
import type { Identity } from './account.ts';
import { withDataAccess } from './data-access.ts';
import { startFailure } from './failure.ts';
import type { Binaries } from './find-binaries.ts';
import { type Place, insideRoot } from './paths.ts';
import { processState } from './process-state.ts';
import { runProgram } from './run-program.ts';

export const superuser = 'mendloop';

export function isInitialised(place: Place): Promise<boolean> {
  return access(join(place.data, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
}

/**
 * Makes the cluster and its password beside the final place and renames both there at once: a crash leaves nothing
 * half-made, and of two processes that do it at the same time one wins and the other takes the winner's.
 */
export async function initialise(place: Place, binaries: Binaries, identity: Identity | null): Promise<void> {
  await removeAbandoned(place);
  const staging = insideRoot(`${place.root}.new-${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    await mkdir(staging.data, { recursive: true, mode: 0o700 });
    await writePassword(staging.password);
    await giveAway([staging.root, staging.data, staging.password], identity);
    await runInitdb(staging, place, binaries, identity);
    await rename(staging.root, place.root).catch(ignoreWonByAnother);
  } finally {
    await rm(staging.root, { recursive: true, force: true });
  }
}

async function writePassword(path: string): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(randomBytes(24).toString('base64url'));
  await file.sync();
}

async function giveAway(paths: readonly string[], identity: Identity | null): Promise<void> {
  if (identity === null) return;
  for (const path of paths) await chown(path, identity.uid, identity.gid);
}

/** The password goes in as an open file on standard input: its path may be out of the account's reach. */
async function runInitdb(
  staging: Pick<Place, 'data' | 'password'>,
  place: Place,
  binaries: Binaries,
  identity: Identity | null,
): Promise<void> {
  await using password = await open(staging.password, 'r');
  const result = await withDataAccess(staging.data, identity, ({ argument, descriptors }) =>
    runProgram(binaries.initdb, initdbArguments(argument), { identity, stdin: password.fd, descriptors }),
  );
  if (result.status === 0) return;
  throw await startFailure(place, `initdb failed: ${complaint(result.error)}`);
}

/** The C.UTF-8 locale sorts the same on every machine. */
function initdbArguments(data: string): string[] {
  const account = ['-U', superuser, '--pwfile=/dev/stdin', '--auth=scram-sha-256'];
  return ['-D', data, ...account, '-E', 'UTF8', '--locale=C.UTF-8'];
}

/** PostgreSQL's own words about a folder that holds no repository's text yet. */
function complaint(text: string): string {
  const lines = text.trim().split('\n');
  return lines.find((line) => /error|fatal/i.test(line)) ?? lines.at(-1) ?? '';
}

function ignoreWonByAnother(error: NodeJS.ErrnoException): void {
  if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return;
  throw new MendloopError('database_start_failed', 'The data folder could not be put in place.', {
    cause: error,
  });
}

/** Removes what a process that died inside `initialise` left. */
async function removeAbandoned(place: Place): Promise<void> {
  for (const name of await readdir(place.home)) {
    const pid = /^postgres\.new-(\d+)-[0-9a-f]+$/.exec(name)?.[1];
    if (pid === undefined || Number(pid) === process.pid) continue;
    if ((await processState(Number(pid))) === 'gone')
      await rm(join(place.home, name), { recursive: true, force: true });
  }
}
