import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connect } from '../../src/db/connect.ts';
import { createInbox } from '../../src/intake/inbox.ts';
import { databaseUrlOf, type TestDatabase, testDatabase } from '../support/database.ts';
import { addRepository, arrived } from './deliveries.ts';

const limits = { groupSize: 64, inFlight: 2 };

describe('the inbox', () => {
  let database: TestDatabase;
  let wakes: number;

  beforeEach(async () => {
    database = await testDatabase();
    wakes = 0;
    await addRepository(database.db, 1, 'collect');
    await addRepository(database.db, 2, 'none');
  });
  afterEach(() => database[Symbol.asyncDispose]());

  function inbox(options: Partial<typeof limits> = {}) {
    return createInbox({ db: database.db, onDurable: () => (wakes += 1), ...limits, ...options });
  }

  function rows() {
    return database.db.selectFrom('delivery').selectAll().execute();
  }

  /** Each statement of a group leaves its transaction's id on the rows that it wrote. */
  async function statements(): Promise<number> {
    const found = await sql<{ n: number }>`select count(distinct xmin::text)::int as n from delivery`.execute(
      database.db,
    );
    return found.rows[0]?.n ?? 0;
  }

  test('makes deliveries of the same moment durable in one statement', async () => {
    const { add } = inbox();
    await Promise.all(Array.from({ length: 50 }, () => add(arrived())));
    expect(await rows()).toHaveLength(50);
    expect(await statements()).toBe(1);
    expect(wakes).toBe(1);
  });

  test('writes no group larger than its size', async () => {
    const { add } = inbox({ groupSize: 8, inFlight: 1 });
    await Promise.all(Array.from({ length: 20 }, () => add(arrived())));
    expect(await statements()).toBe(3);
  });

  test('acknowledges nothing before the commit', async () => {
    let acknowledged = false;
    const delivery = arrived();
    await database.db.transaction().execute(async (trx) => {
      await sql`lock table delivery in share mode`.execute(trx);
      const adding = inbox()
        .add(delivery)
        .then(() => (acknowledged = true));
      await sql`select pg_sleep(0.3)`.execute(trx);
      expect(acknowledged).toBe(false);
      void adding;
    });
    await expect.poll(() => acknowledged).toBe(true);
    expect(await rows()).toHaveLength(1);
  });

  test('takes the same delivery twice in one group, and again later, as one', async () => {
    const { add } = inbox();
    const delivery = arrived();
    await Promise.all([add(delivery), add(delivery), add(arrived())]);
    await add({ ...delivery, action: 'edited' });
    expect(await rows()).toHaveLength(2);
    expect((await rows()).map((row) => row.action)).toEqual(['opened', 'opened']);
  });

  test('lets a poison payload fail alone among thirty good ones', async () => {
    const { add } = inbox();
    const poison = arrived({ action: 'open\u0000ed' });
    const good = Array.from({ length: 30 }, () => arrived());
    const all = [...good.slice(0, 15), poison, ...good.slice(15)];
    const settled = await Promise.allSettled(all.map((delivery) => add(delivery)));
    expect(settled.map(({ status }) => status).filter((status) => status === 'rejected')).toHaveLength(1);
    expect(settled[15]?.status).toBe('rejected');
    const stored = (await rows()).map((row) => row.delivery_id).sort();
    expect(stored).toEqual(good.map((delivery) => delivery.delivery_id).sort());
  });

  test('keeps text by the consent that is in force, and says why there is none', async () => {
    const { add } = inbox();
    const kept = arrived();
    const withheld = arrived({ repository_id: 2 });
    const unknown = arrived({ repository_id: 999 });
    const empty = arrived({ event: 'push', payload: null });
    await Promise.all([kept, withheld, unknown, empty].map((delivery) => add(delivery)));
    const byId = new Map((await rows()).map((row) => [row.delivery_id, row]));
    const states = [kept, withheld, unknown, empty].map(({ delivery_id }) => {
      const row = byId.get(delivery_id);
      return [row?.payload_state, row?.payload === null];
    });
    expect(states).toEqual([
      ['kept', false],
      ['withheld', true],
      ['withheld', true],
      ['none', true],
    ]);
  });

  test('rejects every waiting delivery as database_unreachable when the database is gone, and works again after', async () => {
    const nowhere = connect({
      url: databaseUrlOf(database.url, `gone_${randomUUID().slice(0, 8)}`),
      max: 2,
      applicationName: 'test',
    });
    const lost = createInbox({ db: nowhere.db, onDurable: () => undefined, ...limits });
    const settled = await Promise.allSettled([lost.add(arrived()), lost.add(arrived())]);
    await nowhere[Symbol.asyncDispose]();
    for (const result of settled) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'database_unreachable' } });
    }
    await inbox().add(arrived());
    expect(await rows()).toHaveLength(1);
  });

  test('every group of a hundred is durable when connections are lost in between: acknowledged equals stored', async () => {
    const { add } = inbox({ groupSize: 4 });
    const acknowledged: string[] = [];
    const senders = Array.from({ length: 100 }, async (_, index) => {
      const delivery = arrived();
      await new Promise((resolve) => setTimeout(resolve, index * 3));
      await add(delivery).then(
        () => acknowledged.push(delivery.delivery_id),
        () => undefined,
      );
    });
    for (let round = 0; round < 5; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, 40));
      await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`.execute(database.db);
    }
    await Promise.all(senders);
    const stored = new Set((await rows()).map((row) => row.delivery_id));
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
  });
});
