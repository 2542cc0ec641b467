import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Kysely } from 'kysely';
import type { PgBoss } from 'pg-boss';
import type { Config } from '../config/config.ts';
import type { Database } from '../db/tables.ts';
import { closeServer, listen } from '../http/listen.ts';
import { startDrain } from '../intake/drain.ts';
import { createGate } from '../intake/gate.ts';
import { createInbox } from '../intake/inbox.ts';
import { createIntakeMiddleware } from '../intake/probot-app.ts';
import { startBoss } from '../jobs/boss.ts';
import { createJobQueue } from '../jobs/queue.ts';
import type { Log } from '../telemetry/log.ts';
import { jobKinds, routes } from './stages.ts';
import type { Role } from './worker.ts';

export const webhookPath = '/api/github/webhooks';

type FetchCallback = Parameters<typeof getRequestListener>[0];

export interface ServerRoleOptions {
  readonly config: Config;
  readonly db: Kysely<Database>;
  readonly databaseUrl: string;
  readonly dashboard: (boss: PgBoss) => { readonly fetch: FetchCallback };
  readonly ownLogin: () => string | null;
  readonly log: Log;
}

export interface ServerRole extends Role {
  /** Address at which the server listens. */
  readonly url: string;
}

/** Connection limits: GitHub keeps few connections and sends within 10 s; slow or idle senders are dropped. */
const limits = {
  maxConnections: 1000,
  requestTimeoutMs: 15_000,
  headersTimeoutMs: 10_000,
  /** How often Node looks for connections beyond these two limits; its default is 30 s. */
  checkEveryMs: 1000,
  keepAliveTimeoutMs: 30_000,
  maxHeaderSize: 16 * 1024,
  maxBufferedBytes: 64 * 1024 * 1024,
};
const closeGraceMs = 5000;
/** Interval of passes without a wake-up: another server may have died between storing a delivery and routing it. */
const drainEveryMs = 1000;

async function createIntake(options: ServerRoleOptions, onDurable: () => void) {
  const { config, db, log, ownLogin } = options;
  if (!config.app) return null;
  const [secret = ''] = config.app.webhookSecrets;
  const gate = createGate({
    path: webhookPath,
    maxBodyBytes: config.maxBodyBytes,
    maxBufferedBytes: limits.maxBufferedBytes,
    secrets: config.app.webhookSecrets,
  });
  const inbox = createInbox({ db, onDurable, groupSize: 64, inFlight: 2 });
  const middleware = await createIntakeMiddleware({ path: webhookPath, secret, inbox, ownLogin, log });
  return { gate, middleware };
}

/** Receives deliveries, routes them, and serves the dashboard. */
export async function startServerRole(options: ServerRoleOptions): Promise<ServerRole> {
  const { config, db, databaseUrl, log } = options;
  const boss = await startBoss({ databaseUrl, log, role: 'server' });
  const drain = startDrain({ db, queue: createJobQueue(boss, jobKinds), routes, log }, drainEveryMs);
  const intake = await createIntake(options, drain.wake);
  const pages = getRequestListener(options.dashboard(boss).fetch);
  const server = createServer(
    {
      requestTimeout: limits.requestTimeoutMs,
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: limits.checkEveryMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      maxHeaderSize: limits.maxHeaderSize,
    },
    (req, res) => {
      if (!intake?.gate.handles(req)) {
        void pages(req, res);
        return;
      }
      void intake.gate
        .admit(req, res)
        .then((admitted) => (admitted ? intake.middleware(req, res) : undefined));
    },
  );
  server.maxConnections = limits.maxConnections;
  const url = await listen(server, config.listenHost, config.port);
  log.info({ url, intake: intake !== null }, 'server listening');
  return {
    url,
    async stop() {
      await closeServer(server, closeGraceMs);
      await drain.stop();
      await boss.stop({ graceful: false, close: true });
    },
  };
}
