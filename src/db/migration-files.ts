import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MendloopError } from '../domain/errors.ts';

export interface MigrationFile {
  /** `0001_init`, the file's name without `.sql`. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, hexadecimal. */
  readonly checksum: string;
}

const wellFormed = /^\d{4}_[a-z0-9_]+\.sql$/;

/** In order of their numbers, which start at 0001 and leave none out. `schema.sql` is not one of them. */
export async function readMigrations(folder: string): Promise<readonly MigrationFile[]> {
  const names = (await readdir(folder))
    .filter((name) => name.endsWith('.sql') && name !== 'schema.sql')
    .sort();
  assertNumbered(names);
  return Promise.all(names.map((name) => readMigration(folder, name)));
}

function assertNumbered(names: readonly string[]): void {
  for (const [index, name] of names.entries()) {
    if (wellFormed.test(name) && Number(name.slice(0, 4)) === index + 1) continue;
    const expected = String(index + 1).padStart(4, '0');
    throw new MendloopError('input_invalid', `Migration ${name} should be named ${expected}_….sql.`);
  }
}

async function readMigration(folder: string, name: string): Promise<MigrationFile> {
  const sql = await readFile(join(folder, name), 'utf8');
  const checksum = createHash('sha256').update(sql).digest('hex');
  return { name: name.slice(0, -'.sql'.length), sql, checksum };
}
