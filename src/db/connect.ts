import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import type { MendloopError } from '../domain/errors.ts';
import { columnTypes } from './column-types.ts';
import { translateDatabaseError } from './database-error.ts';
import type { Database } from './tables.ts';
import { translatingPool } from './translating-pool.ts';

export { translateDatabaseError } from './database-error.ts';

export interface ConnectOptions {
  /** `postgres://…`; PostgreSQL 15 to 18. */
  readonly url: string;
  /** Connections at most. */
  readonly max: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** A statement that takes longer is cancelled by the server. Default 30 s; 0 for none. */
  readonly statementTimeoutMs?: number;
  /** A transaction that stands idle for longer is ended by the server. Default 60 s; 0 for none. */
  readonly idleInTransactionTimeoutMs?: number;
  /** Waiting for a connection, a new one or a free one of the pool. Default 10 s. */
  readonly connectTimeoutMs?: number;
  /** Told of each connection that ended by itself. The pool replaces it; what ran on it has failed with the same error. */
  readonly onConnectionLost?: (error: MendloopError | Error) => void;
}

export interface Connection extends AsyncDisposable {
  readonly db: Kysely<Database>;
  /** The pool below, for pg-boss and LISTEN. Its errors are pg's own: pass them to `translateDatabaseError`. */
  readonly pool: Pool;
}

/**
 * A pool of connections and kysely on it. Connects when first used. Everything that `db` throws went through
 * {@link translateDatabaseError}. bigint columns are numbers. Dispose it to close every connection.
 */
export function connect(options: ConnectOptions): Connection {
  const pool = new Pool(poolSettings(options));
  surviveLostConnections(pool, options.onConnectionLost ?? ignore);
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool: translatingPool(pool) }) });
  return { db, pool, [Symbol.asyncDispose]: () => endOnce(pool) };
}

function poolSettings(options: ConnectOptions): ConstructorParameters<typeof Pool>[0] {
  return {
    connectionString: options.url,
    max: options.max,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 10_000,
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs ?? 60_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    types: columnTypes,
  };
}

/**
 * A stopping server (57P01) ends idle and busy connections alike. Without a listener on the pool and on each client
 * Node dies of an unhandled `error` event, even after `pool.end()` began.
 */
function surviveLostConnections(pool: Pool, onConnectionLost: (error: Error) => void): void {
  const lost = (error: Error): void => onConnectionLost(translateDatabaseError(error) as Error);
  pool.on('error', lost);
  pool.on('connect', (client) => client.on('error', ignore));
}

/** The same loss reaches the pool's listener or the query that was running. */
function ignore(): void {}

async function endOnce(pool: Pool): Promise<void> {
  if (!pool.ended && !pool.ending) await pool.end();
}
