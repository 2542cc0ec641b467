import { readFile, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * Makes the links to shared libraries that an npm package cannot carry, so that nothing depends on install scripts.
 * `native` is the package's folder with `pg-symlinks.json`; paths in it start with `native/`.
 */
export async function hydrateLinks(native: string): Promise<void> {
  const root = dirname(native);
  for (const { source, target } of await readLinks(native)) {
    const from = join(root, target);
    await symlink(relative(dirname(from), join(root, source)), from).catch(ignoreExisting);
  }
}

async function readLinks(native: string): Promise<readonly Link[]> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(absent);
  return JSON.parse(text) as Link[];
}

function absent(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '[]';
  throw error;
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
