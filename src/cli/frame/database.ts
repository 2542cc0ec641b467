import { type Config, readConfig } from '../../config/config.ts';
import { type Connection, connect } from '../../db/connect.ts';
import { assertMigrated } from '../../db/migrate.ts';
import { startEmbedded } from '../../postgres/embedded.ts';
import { createLog, type Log } from '../../telemetry/log.ts';

export interface CommandDatabase {
  readonly config: Config;
  readonly db: Connection['db'];
  readonly url: string;
  readonly log: Log;
}

/** A slow reader of the output, such as a pager, must not end the transaction that it reads from. */
const forever = 0;

/**
 * Connects to the configured database, without checking that its schema is up to date. An embedded
 * server that was not running is stopped again, unless another process uses it by then.
 */
export async function withAnyDatabase<T>(use: (database: CommandDatabase) => Promise<T>): Promise<T> {
  const config = readConfig();
  const log = createLog(config.logLevel === 'info' ? 'warn' : config.logLevel);
  const embedded = config.databaseUrl === null ? await startEmbedded({ home: config.home, log }) : null;
  const url = embedded?.url ?? String(config.databaseUrl);
  try {
    await using connection = connect({
      url,
      max: 4,
      applicationName: 'mendloop-cli',
      idleInTransactionTimeoutMs: forever,
    });
    return await use({ config, db: connection.db, url, log });
  } finally {
    if (embedded?.adopted === false) await embedded.stopUnlessInUse();
  }
}

/** As {@link withAnyDatabase}. Throws `migration_*` if the schema is not up to date. */
export function withDatabase<T>(use: (database: CommandDatabase) => Promise<T>): Promise<T> {
  return withAnyDatabase(async (database) => {
    await assertMigrated(database.db);
    return use(database);
  });
}
