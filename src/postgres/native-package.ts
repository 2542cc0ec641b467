import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { closedFolder, type ServerAccount } from './account.ts';

/** A link to a shared library, as `pg-symlinks.json` lists it; the paths start with `native/`. */
interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

/** Used when neither the package nor MENDLOOP_HOME is reachable for the server's account; only root needs it. */
const sharedCache = '/var/cache/mendloop';

/**
 * Makes the links to shared libraries that an npm package cannot carry, so that nothing depends on install scripts.
 * `native` is the package's folder with `pg-symlinks.json`.
 */
export async function linkLibraries(native: string): Promise<void> {
  const root = dirname(native);
  for (const { source, target } of await readLinks(native)) {
    const link = join(root, target);
    await symlink(relative(dirname(link), join(root, source)), link).catch(ignoreExisting);
  }
}

/**
 * Copies the package's native folder (60 MB) to where the server's account can read it, once per version, and
 * returns the copy. The copy appears by one rename, so that neither a crash nor a second process leaves half a copy.
 */
export async function readableCopy(
  native: string,
  home: string,
  account: ServerAccount | null,
): Promise<string> {
  const isReachable = account === null || (await closedFolder(home, account)) === null;
  const parent = isReachable ? home : sharedCache;
  const target = join(parent, `postgres-${await packageVersion(native)}`);
  if (!(await isCopied(target))) await copyInto(native, target);
  return join(target, 'native');
}

async function readLinks(native: string): Promise<readonly LibraryLink[]> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(noLinksWhenAbsent);
  return JSON.parse(text) as LibraryLink[];
}

function noLinksWhenAbsent(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '[]';
  throw error;
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

async function packageVersion(native: string): Promise<string> {
  const text = await readFile(join(dirname(native), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function isCopied(target: string): Promise<boolean> {
  return stat(target).then(
    () => true,
    () => false,
  );
}

async function copyInto(native: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true, mode: 0o755 });
  const staging = await mkdtemp(join(dirname(target), `${basename(target)}.new-`));
  await cp(native, join(staging, 'native'), { recursive: true, verbatimSymlinks: true });
  await linkLibraries(join(staging, 'native'));
  await openForReading(staging);
  await rename(staging, target).catch(() => rm(staging, { recursive: true }));
}

/** The package may have been installed under a strict umask. */
async function openForReading(root: string): Promise<void> {
  await chmod(root, 0o755);
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    if (entry.isFile()) await chmod(path, ((await stat(path)).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}
