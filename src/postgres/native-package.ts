import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Identity } from './account.ts';
import { hydrateLinks } from './hydrate.ts';
import { closedFolder } from './reach.ts';

/** Used when neither the package nor MENDLOOP_HOME is reachable for the server's account; only root gets here. */
const sharedCache = '/var/cache/mendloop';

/**
 * Copies the package's native folder (60 MB) to where the server's account can read it, once per version, and
 * returns the copy. The copy appears by one rename, so a crash or a second process never leaves half of one.
 */
export async function readableCopy(native: string, home: string, identity: Identity | null): Promise<string> {
  const reachable = identity === null || (await closedFolder(home, identity)) === null;
  const parent = reachable ? home : sharedCache;
  const target = join(parent, `postgres-${await packageVersion(native)}`);
  if (!(await isCopied(target))) await copyInto(native, target);
  return join(target, 'native');
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
  await hydrateLinks(join(staging, 'native'));
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
