import { type Kysely, sql } from 'kysely';
import { PgBoss } from 'pg-boss';
import { translateDatabaseError } from '../db/connect.ts';
import type { Database } from '../db/tables.ts';
import { MendloopError } from '../domain/errors.ts';
import { errorFields, type Log } from '../telemetry/log.ts';

/** The version of pg-boss's tables that this code was written for; a test compares it with the installed pg-boss. */
export const queueSchemaVersion = 43;

export interface BossOptions {
  readonly databaseUrl: string;
  readonly log: Log;
  /** Workers take jobs and listen; a server inserts, and both notice dead workers. */
  readonly role: 'worker' | 'server' | 'migrator';
}

/**
 * Makes a fetch see the keys that are at work now. pg-boss leaves out those that were at work when it last wrote its
 * statistics, and reads these once a minute: measured, a repository whose job had ended stood still for up to 60 s.
 * Our fetch asks the job table itself (`groupConcurrency: 1`), so the stored keys are removed from what pg-boss reads.
 */
function ignoreStoredKeys(boss: PgBoss): void {
  const db = boss.getDb();
  const executeSql = db.executeSql.bind(db);
  db.executeSql = async (text, values) => {
    const result = await executeSql(text, values);
    // A text of several statements has one result each, and none of pg-boss's reads queues.
    for (const row of result.rows ?? []) if ('singletonsActive' in row) row.singletonsActive = null;
    return result;
  };
}

/**
 * Opens pg-boss for a role. Only the migrator may create or change its schema; others call `assertQueueSchema` first.
 */
export async function startBoss({ databaseUrl, log, role }: BossOptions): Promise<PgBoss> {
  const worker = role === 'worker';
  const boss = new PgBoss({
    connectionString: databaseUrl,
    application_name: `mendloop-jobs-${role}`,
    schema: 'pgboss',
    max: worker ? 8 : 2,
    migrate: role === 'migrator',
    createSchema: role === 'migrator',
    supervise: role !== 'migrator',
    schedule: false,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
    useListenNotify: worker,
    reindex: worker,
  });
  boss.on('error', (error) => log.warn(errorFields(error), 'job queue error'));
  ignoreStoredKeys(boss);
  try {
    await boss.start();
    return boss;
  } catch (error) {
    await boss.stop({ graceful: false, close: true }).catch(() => undefined);
    throw translateDatabaseError(error);
  }
}

async function installedVersion(db: Kysely<Database>): Promise<number> {
  const table = await sql<{ present: boolean }>`
    select to_regclass('pgboss.version') is not null as present`.execute(db);
  if (table.rows[0]?.present !== true) return 0;
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
