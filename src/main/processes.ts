import type { PgBoss } from 'pg-boss';
import type { Config } from '../config/config.ts';
import { assertMigrated } from '../db/migrate.ts';
import { createAppReader } from '../github/app-reader.ts';
import type { BrokerProcess } from '../github/broker/parent.ts';
import { createGitHubClient } from '../github/client.ts';
import { githubHosts } from '../github/hosts.ts';
import { assertQueueSchema } from '../jobs/boss.ts';
import { errorFields, type Log } from '../telemetry/log.ts';
import { brokerFor } from './broker-process.ts';
import { createDashboardFor } from './dashboard.ts';
import { type OpenDatabase, openDatabase } from './database.ts';
import { migrateAll } from './migrate-all.ts';
import { type ServerRole, startServerRole } from './server.ts';
import { type Role, startWorkerRole } from './worker.ts';

export type RoleName = 'server' | 'worker';

export interface Running {
  /** Address of the dashboard; null where no server runs in this process. */
  readonly url: string | null;
  /** Ends every role, in the order that loses nothing. */
  stop(): Promise<void>;
}

export interface RunOptions {
  readonly config: Config;
  readonly log: Log;
  readonly roles: readonly RoleName[];
  /** Brings the schema up to date first; otherwise a pending migration is refused. */
  readonly migrate: boolean;
  /** Where the private key is taken from; this process's environment where absent. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** The login of our bot, asked once GitHub can be reached; null until then. */
function learnOwnLogin(config: Config, broker: BrokerProcess | null, log: Log): () => string | null {
  let login = config.app?.slug ? `${config.app.slug}[bot]` : null;
  if (login !== null || !broker) return () => login;
  const token = async () => (await broker.token({ want: 'app', kind: 'own-login' })).token;
  const hosts = githubHosts(config.githubApiUrl);
  const reader = createAppReader(createGitHubClient({ hosts, token, purpose: 'own-login' }));
  void reader.self().then(
    ({ slug }) => {
      if (slug !== undefined) login = `${slug}[bot]`;
    },
    (error: unknown) => log.warn(errorFields(error), 'own login not learned; set APP_SLUG'),
  );
  return () => login;
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

/** Starts roles in this process. A failure half-way ends what had started. */
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
