import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { MendloopError } from '../domain/errors.ts';
import { superuser } from './initialise.ts';
import type { Place } from './paths.ts';

export const databaseName = 'mendloop';

export function databaseUrl(port: number, password: string, database = databaseName): string {
  return `postgres://${superuser}:${password}@127.0.0.1:${port}/${database}`;
}

/**
 * Proves that the server on this port serves this data folder, and makes the database if it is not there yet.
 * The SCRAM handshake proves knowledge of the password on both sides; a copy of the folder has the same password,
 * so the server's own view of a file's change time must be ours too.
 */
export async function logIn(place: Place, port: number, password: string): Promise<void> {
  const connectionString = databaseUrl(port, password, 'postgres');
  const client = new Client({ connectionString, connectionTimeoutMillis: 10_000, query_timeout: 30_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await assertSameFolder(client, place);
    await createDatabase(client);
  } finally {
    await client.end();
  }
}

async function assertSameFolder(client: Client, place: Place): Promise<void> {
  const answer = await client.query<{ changed: number }>(
    `select floor(extract(epoch from change))::float8 as changed from pg_stat_file('PG_VERSION')`,
  );
  const { ctimeMs } = await stat(join(place.data, 'PG_VERSION'));
  if (answer.rows[0]?.changed === Math.floor(ctimeMs / 1000)) return;
  throw new MendloopError(
    'database_start_failed',
    'postmaster.pid names the server of another folder, of which this one is a copy: stop that server or delete the file.',
  );
}

async function createDatabase(client: Client): Promise<void> {
  const found = await client.query('select 1 from pg_database where datname = $1', [databaseName]);
  if (found.rowCount === 1) return;
  await client.query(`create database ${databaseName}`).catch(ignoreMadeByAnother);
}

/** 42P04 duplicate_database; 23505 when the other process is at it in the same moment. */
function ignoreMadeByAnother(error: { code?: string }): void {
  if (error.code !== '42P04' && error.code !== '23505') throw error;
}
