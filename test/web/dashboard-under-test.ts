import type { Kysely } from 'kysely';
import { changeConsent } from '../../src/consent/change.ts';
import type { Database } from '../../src/db/tables.ts';
import { createJobQueue } from '../../src/jobs/queue.ts';
import { jobKinds } from '../../src/main/wiring/stages.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { requestCancel } from '../../src/train/round/requests/cancel.ts';
import { createDashboard } from '../../src/web/dashboard.ts';
import type { DashboardDeps, WebApp } from '../../src/web/page/environment.ts';
import type { JobWorld } from './jobs.ts';
import { now } from './seed.ts';

/** The dashboard on a real database and queue, as the server wires it. */
export function dashboardOn(
  db: Kysely<Database>,
  { boss, admin }: JobWorld,
  overrides: Partial<DashboardDeps> = {},
): WebApp {
  const queue = createJobQueue(boss, jobKinds);
  return createDashboard({
    db,
    jobs: admin,
    consent: async (repository_id, to, actor) => {
      const reason = `dashboard: ${actor}`;
      await db
        .transaction()
        .execute((trx) => changeConsent(trx, queue, { repository_id, to, source: 'command', reason }));
    },
    cancelRound: (round_id) => db.transaction().execute((trx) => requestCancel(trx, queue, round_id)),
    consentCap: 'train',
    access: { mode: 'loopback' },
    ready: async () => {
      await db.selectFrom('installation').select('installation_id').limit(1).execute();
    },
    log: createLog('silent'),
    now: () => now,
    info: { version: '0.1.0', githubWebUrl: 'https://github.com', warnings: [] },
    ...overrides,
  });
}
