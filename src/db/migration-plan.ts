import { MendloopError } from '../domain/errors.ts';
import type { MigrationFile } from './migration-files.ts';

export interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
}

/**
 * The files that still have to run, in order. Throws `migration_unknown` when the database is ahead of the files and
 * `migration_changed` when a file that ran was edited, renumbered or slipped in before one that ran.
 */
export function planMigrations(
  files: readonly MigrationFile[],
  applied: readonly AppliedMigration[],
): readonly MigrationFile[] {
  const known = new Map(files.map((file) => [file.name, file]));
  for (const { name, checksum } of applied) {
    const file = known.get(name);
    if (file === undefined)
      throw new MendloopError(
        'migration_unknown',
        `The database has migration ${name}, which is unknown here.`,
      );
    if (file.checksum !== checksum)
      throw new MendloopError('migration_changed', `Migration ${name} was edited after it ran.`);
  }
  const ran = new Set(applied.map(({ name }) => name));
  const pending = files.filter(({ name }) => !ran.has(name));
  const late = files.slice(0, applied.length).find(({ name }) => !ran.has(name));
  if (late === undefined) return pending;
  throw new MendloopError('migration_changed', `Migration ${late.name} comes before one that ran already.`);
}
