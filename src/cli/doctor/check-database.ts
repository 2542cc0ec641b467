import { type Kysely, sql } from 'kysely';
import type { Config } from '../../config/config.ts';
import { connect } from '../../db/connect.ts';
import { pendingMigrations } from '../../db/migrate.ts';
import type { Database } from '../../db/tables.ts';
import { startEmbedded } from '../../postgres/embedded.ts';
import { createLog } from '../../telemetry/log.ts';
import { fail, failed, type Finding, ok, warn } from './finding.ts';

export interface DatabaseFindings {
  readonly findings: readonly Finding[];
  /** Time of the last delivery; null if unknown. */
  readonly lastDelivery: Date | null;
}

const oldestMajor = 15;

async function checkVersion(db: Kysely<Database>, kind: string): Promise<Finding> {
  const answer = await sql<{ version: string }>`select current_setting('server_version') as version`.execute(
    db,
  );
  const version = answer.rows[0]?.version.split(' ')[0] ?? '';
  const message = `PostgreSQL ${version}, ${kind}`;
  if (Number.parseInt(version, 10) >= oldestMajor) return ok('database', message);
  return fail('database', message, `Use PostgreSQL ${oldestMajor} or newer.`);
}

/** `mendloop migrate` creates the schema of the queue after Mendloop's own. */
async function pendingQueue(db: Kysely<Database>): Promise<string[]> {
  const answer = await sql<{
    found: boolean;
  }>`select to_regclass('pgboss.version') is not null as found`.execute(db);
  return answer.rows[0]?.found === true ? [] : ['the queue'];
}

async function checkMigrations(db: Kysely<Database>): Promise<Finding> {
  const pending = [...(await pendingMigrations(db)), ...(await pendingQueue(db))];
  if (pending.length === 0) return ok('migrations', 'the schema is up to date');
  return warn(
    'migrations',
    `pending: ${pending.join(', ')}`,
    'Run `mendloop migrate`; `mendloop up` does it itself.',
  );
}

/** Uses the index delivery_received. */
async function lastDelivery(db: Kysely<Database>): Promise<Date | null> {
  const newest = db.selectFrom('delivery').select('received_at').orderBy('received_at', 'desc').limit(1);
  return (await newest.executeTakeFirst())?.received_at ?? null;
}

async function inspect(url: string, kind: string): Promise<DatabaseFindings> {
  await using connection = connect({ url, max: 1, applicationName: 'mendloop-doctor' });
  const { db } = connection;
  const version = await checkVersion(db, kind);
  const migrations = await checkMigrations(db).catch((error: unknown) => failed('migrations', error));
  const known = migrations.state === 'ok';
  return { findings: [version, migrations], lastDelivery: known ? await lastDelivery(db) : null };
}

/** Starts an embedded server that does not run, and stops it again: the check is whether it can start. */
async function inspectEmbedded(home: string): Promise<DatabaseFindings> {
  const embedded = await startEmbedded({ home, log: createLog('silent') });
  try {
    return await inspect(
      embedded.url,
      embedded.adopted ? 'embedded, running' : 'embedded, started for this check',
    );
  } finally {
    if (!embedded.adopted) await embedded.stopUnlessInUse();
  }
}

export async function checkDatabase({ databaseUrl, home }: Config): Promise<DatabaseFindings> {
  try {
    return await (databaseUrl === null ? inspectEmbedded(home) : inspect(databaseUrl, 'by DATABASE_URL'));
  } catch (error) {
    const findings = [
      failed('database', error),
      fail('migrations', 'not known: the database does not answer'),
    ];
    return { findings, lastDelivery: null };
  }
}
