import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/tables.ts';
import { MendloopError } from '../domain/errors.ts';

/** The version of pg-boss's tables that this code was written for; a test compares it with the installed pg-boss. */
export const queueSchemaVersion = 43;

async function installedVersion(db: Kysely<Database>): Promise<number> {
  const table = await sql<{ found: boolean }>`
    select to_regclass('pgboss.version') is not null as found`.execute(db);
  if (table.rows[0]?.found !== true) return 0;
  const { rows } = await sql<{ version: number }>`select version from pgboss.version`.execute(db);
  return rows[0]?.version ?? 0;
}

/** Throws `migration_pending` or `migration_unknown` unless the queue's tables fit this version of pg-boss. */
export async function assertQueueSchema(db: Kysely<Database>): Promise<void> {
  const version = await installedVersion(db);
  if (version === queueSchemaVersion) return;
  const code = version < queueSchemaVersion ? 'migration_pending' : 'migration_unknown';
  throw new MendloopError(code, `The queue's tables have version ${version}, not ${queueSchemaVersion}.`);
}
