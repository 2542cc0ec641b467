import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { PgBoss } from 'pg-boss';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { collectForgetter } from '../../src/collect/forget.ts';
import { changeConsent } from '../../src/consent/change.ts';
import { whileConsenting } from '../../src/consent/guard.ts';
import { purgeRepository } from '../../src/consent/purge.ts';
import type { ConsentScope } from '../../src/domain/consent.ts';
import { expirePayloads } from '../../src/intake/expire.ts';
import { type ArrivedDelivery, createInbox } from '../../src/intake/inbox.ts';
import { startBoss } from '../../src/jobs/boss.ts';
import type { JobContext } from '../../src/jobs/job.ts';
import { createJobQueue, type JobQueue } from '../../src/jobs/queue.ts';
import { jobKinds } from '../../src/main/wiring/stages.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { start } from '../cli/mendloop.ts';
import { addRepository, arrived } from '../intake/deliveries.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { temporaryHome } from '../support/home.ts';

const log = createLog('silent');
const dayMs = 86_400_000;

let database: TestDatabase;
let boss: PgBoss;
let queue: JobQueue;

beforeEach(async () => {
  database = await testDatabase();
  boss = await startBoss({ databaseUrl: database.url, log, role: 'server' });
  queue = createJobQueue(boss, jobKinds);
  await addRepository(database.db, 1, 'collect');
});
afterEach(async () => {
  await boss.stop({ graceful: false, close: true });
  await database[Symbol.asyncDispose]();
});

function inbox() {
  return createInbox({ db: database.db, onDurable: () => undefined, groupSize: 64, inFlight: 2 });
}

/** A delivery that arrived so many days before `now`. */
async function arrivedDaysAgo(days: number, now: Date): Promise<ArrivedDelivery> {
  const delivery = arrived();
  await inbox().add(delivery);
  await database.db
    .updateTable('delivery')
    .set({ received_at: new Date(now.getTime() - days * dayMs) })
    .where('delivery_id', '=', delivery.delivery_id)
    .execute();
  return delivery;
}

function row(delivery: ArrivedDelivery) {
  return database.db
    .selectFrom('delivery')
    .selectAll()
    .where('delivery_id', '=', delivery.delivery_id)
    .executeTakeFirstOrThrow();
}

function setConsent(to: ConsentScope, source: 'command' | 'removed' = 'command') {
  return database.db
    .transaction()
    .execute((trx) => changeConsent(trx, queue, { repository_id: 1, to, source, reason: 'a test' }));
}

async function purgeJobs(): Promise<number> {
  const { rows } = await sql`select 1 from pgboss.job where data->>'kind' = 'repository.purge'`.execute(
    database.db,
  );
  return rows.length;
}

async function addIssue(db: Pick<TestDatabase['db'], 'insertInto'>, number: number): Promise<void> {
  const at = new Date();
  await db
    .insertInto('issue')
    .values({
      repository_id: 1,
      number,
      title: 'It fails',
      body: '',
      author: 'octo-dev',
      state: 'open',
      labels: '[]',
      comments: '[]',
      created_at: at,
      updated_at: at,
    })
    .execute();
}

async function issues(): Promise<number> {
  return (await database.db.selectFrom('issue').select('number').execute()).length;
}

const context: JobContext = {
  jobId: randomUUID(),
  kind: 'repository.purge',
  log,
  signal: AbortSignal.timeout(60_000),
};

async function purge(): Promise<string> {
  await using place = await temporaryHome();
  const deps = {
    db: database.db,
    forgetters: [collectForgetter({ db: database.db, mirrorDirectory: () => `${place.home}/none` })],
  };
  return (await purgeRepository(deps, 1, context)).outcome;
}

describe('the text of deliveries', () => {
  test('is emptied after the days that are allowed; ids, event, action and times stay', async () => {
    const now = new Date('2026-05-20T12:00:00Z');
    const old = await arrivedDaysAgo(14.01, now);
    const young = await arrivedDaysAgo(13.99, now);
    const before = await row(old);
    const outcome = await expirePayloads(database.db, now, 14);
    expect(outcome).toEqual({ outcome: 'expired', detail: { deliveries: 1 } });
    expect(await row(old)).toEqual({ ...before, payload: null, payload_state: 'emptied' });
    expect(before).toMatchObject({
      event: 'issues',
      action: 'opened',
      repository_id: 1,
      payload_state: 'kept',
    });
    expect(await row(young)).toMatchObject({ payload_state: 'kept' });
    expect(await expirePayloads(database.db, now, 14)).toMatchObject({ detail: { deliveries: 0 } });
  });

  test('is emptied by a worker when it starts, after the days of its configuration', async () => {
    const old = await arrivedDaysAgo(4, new Date());
    const young = await arrivedDaysAgo(2, new Date());
    await using place = await temporaryHome();
    const env = {
      DATABASE_URL: database.url,
      MENDLOOP_HOME: place.home,
      PAYLOAD_DAYS: '3',
      LOG_LEVEL: 'error',
    };
    const worker = start(['worker', '--json'], { env });
    await worker.said('\n');
    await expect.poll(async () => (await row(old)).payload_state, { timeout: 20_000 }).toBe('emptied');
    worker.child.kill('SIGTERM');
    expect((await worker.ended).status).toBe(0);
    expect((await row(young)).payload_state).toBe('kept');
  });
});

describe('the ledger of consent', () => {
  test('has one row for each change with its source, and none for what changes nothing', async () => {
    for (const to of ['train', 'train', 'none', 'none', 'collect'] as const) await setConsent(to);
    const rows = await database.db
      .selectFrom('consent_event')
      .select(['from_scope', 'to_scope', 'source', 'reason'])
      .orderBy('consent_event_id')
      .execute();
    const by = { source: 'command', reason: 'a test' };
    expect(rows).toEqual([
      { from_scope: 'collect', to_scope: 'train', ...by },
      { from_scope: 'train', to_scope: 'none', ...by },
      { from_scope: 'none', to_scope: 'collect', ...by },
    ]);
    const history = await database.db
      .selectFrom('transition')
      .select('to_status')
      .where('entity', '=', 'repository')
      .orderBy('transition_id')
      .execute();
    expect(history.map((entry) => entry.to_status)).toEqual(['train', 'none', 'collect']);
    expect(await purgeJobs()).toBe(1);
  });

  test('ten changes to `none` at once are one change and one purge', async () => {
    await Promise.all(Array.from({ length: 10 }, () => setConsent('none')));
    const rows = await database.db.selectFrom('consent_event').select('to_scope').execute();
    expect(rows).toEqual([{ to_scope: 'none' }]);
    expect(await purgeJobs()).toBe(1);
  });

  test('of a repository that nobody knows is a typed error', async () => {
    const change = { repository_id: 99, to: 'none', source: 'command', reason: 'a test' } as const;
    const changing = database.db.transaction().execute((trx) => changeConsent(trx, queue, change));
    await expect(changing).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a purge', () => {
  test('does nothing when the consent was raised again before it ran', async () => {
    await addIssue(database.db, 1);
    const kept = arrived();
    await inbox().add(kept);
    await setConsent('none');
    await setConsent('collect');
    expect(await purge()).toBe('consents_again');
    expect([await issues(), (await row(kept)).payload_state]).toEqual([1, 'kept']);
  });

  test('runs for a repository that was removed although its row still says that it consents', async () => {
    await addIssue(database.db, 1);
    await sql`update repository set status = 'removed' where repository_id = 1`.execute(database.db);
    expect(await purge()).toBe('purged');
    expect(await issues()).toBe(0);
  });

  test('may be run any number of times', async () => {
    await addIssue(database.db, 1);
    await setConsent('none');
    expect([await purge(), await purge()]).toEqual(['purged', 'purged']);
    expect(await issues()).toBe(0);
  });

  test('that cannot scrub the storage yet fails as something to be tried again, and then succeeds', async () => {
    await addIssue(database.db, 1);
    await setConsent('none');
    await database.db.transaction().execute(async (trx) => {
      await sql`lock table candidate in share mode`.execute(trx);
      await expect(purge()).rejects.toMatchObject({ code: 'scrub_incomplete', retry: 'soon' });
    });
    expect(await issues()).toBe(0);
    expect(await purge()).toBe('purged');
  });

  test('finds the text of a delivery that was being written when the consent ended', async () => {
    const kept = arrived();
    const held = arrived();
    let purged: Promise<string> | null = null;
    let adding: Promise<void[]> | null = null;
    const rollback = new Error('rolled back');
    // Somebody else is writing one of the two deliveries: the statement of both waits for the outcome, its consent read.
    const holding = database.db.transaction().execute(async (trx) => {
      await sql`
        insert into delivery (delivery_id, event, subject, payload_state)
        values (${held.delivery_id}, 'issues', '{}', 'none')`.execute(trx);
      const { add } = inbox();
      adding = Promise.all([add(kept), add(held)]);
      await untilSomebodyWaits();
      await setConsent('none');
      purged = purge();
      await sleep(300);
      throw rollback;
    });
    await expect(holding).rejects.toBe(rollback);
    await adding;
    expect(await purged).toBe('purged');
    expect(await row(kept)).toMatchObject({ payload: null });
    expect(await row(held)).toMatchObject({ payload: null });
  });
});

async function untilSomebodyWaits(): Promise<void> {
  const waiting = async () => {
    const { rows } = await sql`
      select 1 from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(database.db);
    return rows.length;
  };
  await expect.poll(waiting, { timeout: 10_000, interval: 20 }).toBeGreaterThan(0);
}

describe('collecting beside a revocation', () => {
  test('writes nothing when the revocation commits first', async () => {
    let collecting: Promise<boolean | null> | null = null;
    let wrote = false;
    await database.db.transaction().execute(async (trx) => {
      await changeConsent(trx, queue, { repository_id: 1, to: 'none', source: 'command', reason: 'a test' });
      collecting = whileConsenting(database.db, 1, async (writing) => {
        wrote = true;
        await addIssue(writing, 1);
        return true;
      });
      await untilSomebodyWaits();
    });
    expect(await collecting).toBeNull();
    expect([wrote, await issues()]).toEqual([false, 0]);
  });

  test('is purged when it commits first: the revocation waits for it', async () => {
    let revoking: Promise<ConsentScope> | null = null;
    const order: string[] = [];
    await whileConsenting(database.db, 1, async (writing) => {
      await addIssue(writing, 1);
      revoking = setConsent('none').finally(() => order.push('revoked'));
      await untilSomebodyWaits();
      order.push('written');
    });
    await revoking;
    expect(order).toEqual(['written', 'revoked']);
    expect(await purge()).toBe('purged');
    expect(await issues()).toBe(0);
  });

  test('leaves nothing in a hundred races', async () => {
    for (let round = 0; round < 100; round += 1) {
      await setConsent('collect');
      const writing = whileConsenting(database.db, 1, async (trx) => {
        await addIssue(trx, round + 1);
        return true;
      });
      const revoking = sleep(round % 4).then(() => setConsent('none'));
      await Promise.all([writing, revoking]);
      await database.db.deleteFrom('issue').where('repository_id', '=', 1).execute();
      const late = await whileConsenting(database.db, 1, async () => true);
      expect(late).toBeNull();
    }
    expect(await issues()).toBe(0);
  });
});
