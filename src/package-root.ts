import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of Mendloop's own package.json: sources lie in `src/`, built files in `dist/src/`. */
export function packageRoot(from: string = import.meta.dirname): string {
  if (existsSync(join(from, 'package.json'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('package.json is missing');
  return packageRoot(parent);
}

export function migrationsFolder(): string {
  return join(packageRoot(), 'migrations');
}
