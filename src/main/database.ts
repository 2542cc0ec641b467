import { mkdir } from 'node:fs/promises';
import type { Kysely } from 'kysely';
import type { Config } from '../config/config.ts';
import { connect } from '../db/connect.ts';
import { startEmbedded } from '../db/embedded/start.ts';
import type { Database } from '../db/tables.ts';
import type { Log } from '../telemetry/log.ts';

export interface OpenDatabase extends AsyncDisposable {
  readonly url: string;
  readonly db: Kysely<Database>;
  /** Stops the embedded server, if this process uses one. */
  stopServer(): Promise<void>;
}

export interface DatabaseOptions {
  readonly config: Config;
  readonly log: Log;
  readonly role: string;
  /** Largest number of connections. */
  readonly max: number;
}

/** Opens the database of the configuration: DATABASE_URL, else the embedded server (started, or adopted when it runs). */
export async function openDatabase({ config, log, role, max }: DatabaseOptions): Promise<OpenDatabase> {
  await mkdir(config.home, { recursive: true });
  const embedded = config.databaseUrl === null ? await startEmbedded({ home: config.home, log }) : null;
  const url = embedded?.url ?? (config.databaseUrl as string);
  const connection = connect({ url, max, applicationName: `mendloop-${role}` });
  return {
    url,
    db: connection.db,
    stopServer: async () => embedded?.stop(),
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}
