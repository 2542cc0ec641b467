import { createRequire } from 'node:module';
import path from 'node:path';
import type { Kysely } from 'kysely';
import type { PgBoss } from 'pg-boss';
import type { Config } from '../../config/config.ts';
import { changeConsent } from '../../consent/change.ts';
import { assertMigrated } from '../../db/migrate.ts';
import type { Database } from '../../db/tables.ts';
import { capped } from '../../domain/consent.ts';
import { MendloopError } from '../../domain/errors.ts';
import { githubHosts } from '../../github/hosts.ts';
import { createOAuth } from '../../github/oauth.ts';
import { createJobAdmin } from '../../jobs/admin.ts';
import { createJobQueue } from '../../jobs/queue.ts';
import { packageRoot } from '../../package-root.ts';
import type { Log } from '../../telemetry/log.ts';
import { requestCancel } from '../../train/round/requests/cancel.ts';
import { createDashboard } from '../../web/dashboard.ts';
import type { WebApp } from '../../web/page/environment.ts';
import type { Access } from '../../web/page/sign-in.ts';
import { jobKinds } from './stages.ts';

export interface DashboardOptions {
  readonly config: Config;
  readonly db: Kysely<Database>;
  readonly boss: PgBoss;
  readonly log: Log;
}

function version(): string {
  const manifest: unknown = createRequire(import.meta.url)(path.join(packageRoot(), 'package.json'));
  return (manifest as { version: string }).version;
}

/** Without OAuth credentials the dashboard answers loopback requests alone, whatever address it listens on. */
function accessOf(config: Config, serverUrl: string): Access {
  if (!config.oauth) return { mode: 'loopback' };
  const { clientId, clientSecret, sessionSecret } = config.oauth;
  const github = createOAuth({ hosts: githubHosts(config.githubApiUrl), clientId, clientSecret });
  return { mode: 'oauth', github, sessionSecret, publicUrl: config.publicUrl ?? serverUrl };
}

function warningsOf(config: Config): string[] {
  return config.app ? [] : ['No App is configured: nothing arrives from GitHub. See .env.example.'];
}

/** Makes the dashboard of this configuration. */
export function createDashboardFor({ config, db, boss, log }: DashboardOptions): WebApp {
  const queue = createJobQueue(boss, jobKinds);
  return createDashboard({
    db,
    jobs: createJobAdmin(boss, db),
    async consent(repository_id, scope, actor) {
      if (capped(scope, config.consentCap) !== scope) {
        throw new MendloopError('policy_refused', `consent is capped at ${config.consentCap}`);
      }
      const change = { repository_id, to: scope, source: 'command', reason: `by ${actor}` } as const;
      await db.transaction().execute((trx) => changeConsent(trx, queue, change));
    },
    cancelRound: (round_id) => db.transaction().execute((trx) => requestCancel(trx, queue, round_id)),
    consentCap: config.consentCap,
    access: accessOf(config, `http://${config.listenHost}:${config.port}`),
    ready: () => assertMigrated(db),
    log,
    now: () => new Date(),
    info: {
      version: version(),
      githubWebUrl: githubHosts(config.githubApiUrl).web,
      warnings: warningsOf(config),
    },
  });
}
