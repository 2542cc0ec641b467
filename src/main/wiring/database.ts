import { mkdir } from 'node:fs/promises';
import type { Kysely } from 'kysely';
import type { Config } from '../../config/config.ts';
import { connect } from '../../db/connect.ts';
import type { Database } from '../../db/tables.ts';
import { type EmbeddedServer, startEmbedded, superviseEmbedded } from '../../postgres/embedded.ts';
import { errorFields, type Log } from '../../telemetry/log.ts';

export interface OpenDatabase extends AsyncDisposable {
  readonly url: string;
  /** Disposing closes every connection, and stops the embedded server unless another process uses it. */
  readonly db: Kysely<Database>;
}

export interface DatabaseOptions {
  readonly config: Config;
  readonly log: Log;
  readonly role: string;
  /** Largest number of connections. */
  readonly max: number;
}

const superviseEveryMs = 500;

/** Keeps the embedded server alive as long as this process uses it. */
function supervise(home: string, embedded: EmbeddedServer, log: Log): () => Promise<void> {
  const stopping = new AbortController();
  const { port } = embedded;
  const watching = superviseEmbedded({ home, port, everyMs: superviseEveryMs, signal: stopping.signal, log });
  return async () => {
    stopping.abort();
    await watching;
    await embedded.stopUnlessInUse();
  };
}

/**
 * Opens the database of the configuration: DATABASE_URL, else the embedded server (started, or adopted when it runs).
 */
export async function openDatabase({ config, log, role, max }: DatabaseOptions): Promise<OpenDatabase> {
  await mkdir(config.home, { recursive: true });
  const embedded = config.databaseUrl === null ? await startEmbedded({ home: config.home, log }) : null;
  const url = embedded?.url ?? (config.databaseUrl as string);
  const connection = connect({
    url,
    max,
    applicationName: `mendloop-${role}`,
    onConnectionLost: (error) => log.warn(errorFields(error), 'database connection lost'),
  });
  const release = embedded ? supervise(config.home, embedded, log) : async () => undefined;
  return {
    url,
    db: connection.db,
    async [Symbol.asyncDispose]() {
      await connection[Symbol.asyncDispose]();
      await release();
    },
  };
}
