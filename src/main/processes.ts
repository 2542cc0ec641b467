import type { PgBoss } from 'pg-boss';
import type { Config } from '../config/config.ts';
import { assertMigrated } from '../db/migrate.ts';
import type { BrokerProcess } from '../github/broker/parent.ts';
import { assertQueueSchema } from '../jobs/boss.ts';
import type { Log } from '../telemetry/log.ts';
import { type ServerRole, startServerRole } from './server.ts';
import { createDashboardFor } from './wiring/dashboard.ts';
import { type OpenDatabase, openDatabase } from './wiring/database.ts';
import { brokerFor, learnOwnLogin } from './wiring/github.ts';
import { migrateAll } from './wiring/queue.ts';
import { type Role, startWorkerRole } from './worker.ts';

export type RoleName = 'server' | 'worker';

export interface Running {
  /** Address of the dashboard; null where no server runs in this process. */
  readonly url: string | null;
  /** Stops the server before the worker, then the broker and the database. */
  stop(): Promise<void>;
}

export interface RunOptions {
  readonly config: Config;
  readonly log: Log;
  readonly roles: readonly RoleName[];
  /** Migrates the schema first. Without it a pending migration throws `migration_pending`. */
  readonly migrate: boolean;
  /** Environment that holds the private key. Default: that of this process. */
  readonly environment?: NodeJS.ProcessEnv;
}

interface Started {
  readonly server: ServerRole | null;
  readonly roles: readonly Role[];
}

async function startRoles(
  options: RunOptions,
  database: OpenDatabase,
  broker: BrokerProcess | null,
): Promise<Started> {
  const { config, log, roles } = options;
  const { db, url: databaseUrl } = database;
  const started: Role[] = [];
  let server: ServerRole | null = null;
  if (roles.includes('worker')) {
    started.push(
      await startWorkerRole({ config, db, databaseUrl, broker, log: log.child({ role: 'worker' }) }),
    );
  }
  if (roles.includes('server')) {
    const serverLog = log.child({ role: 'server' });
    server = await startServerRole({
      config,
      db,
      databaseUrl,
      dashboard: (boss: PgBoss) => createDashboardFor({ config, db, boss, log: serverLog }),
      ownLogin: learnOwnLogin(config, broker, log),
      log: serverLog,
    });
    started.unshift(server);
  }
  return { server, roles: started };
}

/** Starts roles in this process. When one fails to start, the others are stopped. */
export async function run(options: RunOptions): Promise<Running> {
  const { config, log } = options;
  const broker = brokerFor(config, options.environment);
  const max = 4 + config.workerConcurrency * 2;
  const database = await openDatabase({ config, log, role: options.roles.join('+'), max });
  let started: Started = { server: null, roles: [] };
  const stop = async () => {
    for (const role of started.roles) await role.stop();
    await broker?.[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  };
  try {
    if (options.migrate) await migrateAll(database.db, database.url, log);
    else await assertMigrated(database.db);
    await assertQueueSchema(database.db);
    started = await startRoles(options, database, broker);
    return { url: started.server?.url ?? null, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
