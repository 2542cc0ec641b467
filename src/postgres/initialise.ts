import { randomBytes } from 'node:crypto';
import { access, chown, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MendloopError } from '../domain/errors.ts';
import { type ServerAccount, withDataAccess } from './account.ts';
import { startFailure } from './failure.ts';
import type { Binaries } from './find-binaries.ts';
import { pathsInside, type ServerPaths } from './paths.ts';
import { runProgram } from './run-program.ts';
import { processState } from './server-state.ts';

export const superuser = 'mendloop';

type StagingPaths = ReturnType<typeof pathsInside>;

export function isInitialised(paths: ServerPaths): Promise<boolean> {
  return access(join(paths.data, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
}

/**
 * Runs `initdb` and writes the password beside the final folder, and renames both there at once: a crash leaves
 * nothing half-made, and of two processes at the same time the second one uses the folder of the first.
 */
export async function initialise(
  paths: ServerPaths,
  binaries: Binaries,
  account: ServerAccount | null,
): Promise<void> {
  await removeAbandoned(paths);
  const staging = pathsInside(`${paths.root}.new-${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    await mkdir(staging.data, { recursive: true, mode: 0o700 });
    await writePassword(staging.password);
    await changeOwner([staging.root, staging.data, staging.password], account);
    await runInitdb(staging, paths.home, binaries, account);
    await rename(staging.root, paths.root).catch(ignoreFolderOfAnother);
  } finally {
    await rm(staging.root, { recursive: true, force: true });
  }
}

async function writePassword(path: string): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(randomBytes(24).toString('base64url'));
  await file.sync();
}

async function changeOwner(paths: readonly string[], account: ServerAccount | null): Promise<void> {
  if (account === null) return;
  for (const path of paths) await chown(path, account.uid, account.gid);
}

/** The password is passed as an open file on standard input: the server's account may not be able to reach its path. */
async function runInitdb(
  staging: StagingPaths,
  home: string,
  binaries: Binaries,
  account: ServerAccount | null,
): Promise<void> {
  await using password = await open(staging.password, 'r');
  const result = await withDataAccess(staging.data, account, ({ argument, descriptors }) =>
    runProgram(binaries.initdb, initdbArguments(argument), { account, stdin: password.fd, descriptors }),
  );
  if (result.status === 0) return;
  throw await startFailure(home, `initdb failed: ${complaint(result.error)}`);
}

/** The C.UTF-8 locale sorts the same on every machine. */
function initdbArguments(data: string): string[] {
  const superuserOptions = ['-U', superuser, '--pwfile=/dev/stdin', '--auth=scram-sha-256'];
  return ['-D', data, ...superuserOptions, '-E', 'UTF8', '--locale=C.UTF-8'];
}

/** PostgreSQL's own words about a folder that holds no repository's text yet. */
function complaint(text: string): string {
  const lines = text.trim().split('\n');
  return lines.find((line) => /error|fatal/i.test(line)) ?? lines.at(-1) ?? '';
}

function ignoreFolderOfAnother(error: NodeJS.ErrnoException): void {
  if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return;
  throw new MendloopError('database_start_failed', 'The data folder could not be put in place.', {
    cause: error,
  });
}

/** Removes the staging folders of processes that died inside `initialise`. */
async function removeAbandoned(paths: ServerPaths): Promise<void> {
  for (const name of await readdir(paths.home)) {
    const pid = /^postgres\.new-(\d+)-[0-9a-f]+$/.exec(name)?.[1];
    if (pid === undefined || Number(pid) === process.pid) continue;
    if ((await processState(Number(pid))) === 'gone')
      await rm(join(paths.home, name), { recursive: true, force: true });
  }
}
