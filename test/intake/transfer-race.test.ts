/**
 * Incident: a synchronisation of the old owner chose a repository that it no longer saw, the new owner's took it over
 * meanwhile, and the first then removed it there. The next synchronisation of the new owner took it for one that came
 * back, and gave a transferred repository the default consent.
 */
import { sql, type Transaction } from 'kysely';
import type { PgBoss } from 'pg-boss';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Connection, connect } from '../../src/db/connect.ts';
import type { Database } from '../../src/db/tables.ts';
import type { AppPort } from '../../src/domain/ports/github-app.ts';
import { drainOnce } from '../../src/intake/drain.ts';
import { type ArrivedDelivery, createInbox } from '../../src/intake/inbox.ts';
import { syncInstallation } from '../../src/intake/sync-installation.ts';
import { startBoss } from '../../src/jobs/boss.ts';
import { createJobQueue, type JobQueue } from '../../src/jobs/queue.ts';
import { jobKinds, routes } from '../../src/main/wiring/stages.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { addRepository, arrived } from './deliveries.ts';

const log = createLog('silent');
const newOwner = 78;

/** The old owner's installation, which no longer sees any repository. */
const emptyApp: Pick<AppPort, 'installation' | 'repositories'> = {
  installation: async () => ({
    account_login: 'octo-org',
    account_type: 'Organization',
    suspended: false,
    permissions: {},
    events: [],
  }),
  repositories: async () => [],
};

describe('a repository that is taken over while its old owner lets go of it', () => {
  let database: TestDatabase;
  let other: Connection;
  let boss: PgBoss;
  let queue: JobQueue;

  beforeEach(async () => {
    database = await testDatabase();
    other = connect({ url: database.url, max: 1, applicationName: 'old owner' });
    boss = await startBoss({ databaseUrl: database.url, log, role: 'server' });
    queue = createJobQueue(boss, jobKinds);
    await addRepository(database.db, 1, 'train');
    await sql`insert into installation (installation_id, account_login, account_type, status, permissions, events)
      values (${newOwner}, 'octo-next', 'Organization', 'active', '{}', '[]')`.execute(database.db);
  });
  afterEach(async () => {
    await other[Symbol.asyncDispose]();
    await boss.stop({ graceful: false, close: true });
    await database[Symbol.asyncDispose]();
  });

  async function takeOver(trx: Transaction<Database>): Promise<void> {
    await trx
      .updateTable('repository')
      .set({ installation_id: newOwner, consent: 'none' })
      .where('repository_id', '=', 1)
      .execute();
  }

  /** Commits the take-over while `letGo` waits for the row. */
  async function meanwhile(letGo: () => Promise<unknown>): Promise<void> {
    let going: Promise<unknown> | undefined;
    await database.db.transaction().execute(async (trx) => {
      await takeOver(trx);
      going = letGo();
      await expect
        .poll(async () => {
          const { rows } = await sql`select 1 from pg_stat_activity
            where application_name = 'old owner' and wait_event_type = 'Lock'`.execute(database.db);
          return rows.length;
        })
        .toBe(1);
    });
    await going;
  }

  async function routed(delivery: Partial<ArrivedDelivery>): Promise<void> {
    const inbox = createInbox({ db: other.db, onDurable: () => undefined, groupSize: 64, inFlight: 2 });
    await inbox.add(arrived({ repository_id: null, payload: null, ...delivery }));
    await drainOnce({ db: other.db, queue, routes, log });
  }

  const consent = { consentPublicDefault: 'train', consentCap: 'train' } as const;
  const ways: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['synchronised', () => syncInstallation({ db: other.db, queue, app: emptyApp, ...consent }, 77)],
    [
      'told that it was removed',
      () =>
        routed({
          event: 'installation_repositories',
          action: 'removed',
          subject: { ...arrived().subject, number: null, removed_repositories: [1] },
        }),
    ],
    ['uninstalled', () => routed({ event: 'installation', action: 'deleted' })],
  ];

  test.each(ways)('stays with its new owner when the old one is %s', async (_name, letGo) => {
    await meanwhile(letGo);
    const rows = await database.db
      .selectFrom('repository')
      .select(['status', 'installation_id', 'consent'])
      .where('repository_id', '=', 1)
      .execute();
    expect(rows).toEqual([{ status: 'active', installation_id: newOwner, consent: 'none' }]);
  });
});
