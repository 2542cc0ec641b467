import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { MendloopError } from '../domain/errors.ts';
import { sqlState } from './failure.ts';
import { superuser } from './initialise.ts';
import type { ServerPaths } from './paths.ts';

const databaseName = 'mendloop';

export function databaseUrl(port: number, password: string, database = databaseName): string {
  return `postgres://${superuser}:${password}@127.0.0.1:${port}/${database}`;
}

/**
 * Proves that the server on this port serves this data folder, and creates the database if it is missing.
 * The SCRAM handshake proves knowledge of the password on both sides. A copy of the folder has the same password, so
 * that the change time of a file must also be equal as the server and as this process sees it.
 */
export async function logIn(paths: ServerPaths, port: number, password: string): Promise<void> {
  await withClient(databaseUrl(port, password, 'postgres'), 30_000, async (client) => {
    await assertSameFolder(client, paths.data);
    await createDatabase(client);
  });
}

/** Whether any connection is open besides the one that asks. */
export function isInUse(url: string): Promise<boolean> {
  return withClient(url, 10_000, async (client) => {
    const others = await client.query(
      `select 1 from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() limit 1`,
    );
    return others.rowCount !== 0;
  });
}

async function withClient<T>(
  url: string,
  queryTimeoutMs: number,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    query_timeout: queryTimeoutMs,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

async function assertSameFolder(client: Client, data: string): Promise<void> {
  const answer = await client.query<{ changed: number }>(
    `select floor(extract(epoch from change))::float8 as changed from pg_stat_file('PG_VERSION')`,
  );
  const { ctimeMs } = await stat(join(data, 'PG_VERSION'));
  if (answer.rows[0]?.changed === Math.floor(ctimeMs / 1000)) return;
  throw new MendloopError(
    'database_start_failed',
    'postmaster.pid names the server of another folder, of which this one is a copy: stop that server or delete the file.',
  );
}

async function createDatabase(client: Client): Promise<void> {
  const existing = await client.query('select 1 from pg_database where datname = $1', [databaseName]);
  if (existing.rowCount === 1) return;
  await client.query(`create database ${databaseName}`).catch(ignoreMadeByAnother);
}

/** A unique violation means that another process creates the database at the same moment. */
function ignoreMadeByAnother(error: { code?: string }): void {
  if (error.code !== sqlState.duplicateDatabase && error.code !== sqlState.uniqueViolation) throw error;
}
