import { sql } from 'kysely';
import type { PgBoss } from 'pg-boss';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connect } from '../../src/db/connect.ts';
import { drainOnce, startDrain } from '../../src/intake/drain.ts';
import { type ArrivedDelivery, createInbox } from '../../src/intake/inbox.ts';
import { startBoss } from '../../src/jobs/boss.ts';
import { createJobQueue, type JobQueue } from '../../src/jobs/queue.ts';
import { jobKinds, routes } from '../../src/main/wiring/stages.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { addRepository, arrived } from './deliveries.ts';

const log = createLog('silent');

const removal = (repository_id: number): ArrivedDelivery =>
  arrived({
    event: 'installation_repositories',
    action: 'removed',
    repository_id: null,
    payload: null,
    subject: { ...arrived().subject, number: null, removed_repositories: [repository_id] },
  });

describe('the drain', () => {
  let database: TestDatabase;
  let boss: PgBoss;
  let queue: JobQueue;

  beforeEach(async () => {
    database = await testDatabase();
    boss = await startBoss({ databaseUrl: database.url, log, role: 'server' });
    queue = createJobQueue(boss, jobKinds);
    for (const id of [1, 2, 3]) await addRepository(database.db, id);
  });
  afterEach(async () => {
    await boss.stop({ graceful: false, close: true });
    await database[Symbol.asyncDispose]();
  });

  async function receive(...deliveries: readonly ArrivedDelivery[]): Promise<void> {
    const inbox = createInbox({ db: database.db, onDurable: () => undefined, groupSize: 64, inFlight: 2 });
    await Promise.all(deliveries.map((delivery) => inbox.add(delivery)));
  }

  const drain = () => drainOnce({ db: database.db, queue, routes, log });

  async function stateOf(delivery: ArrivedDelivery) {
    return database.db
      .selectFrom('delivery')
      .select(['state', 'reason'])
      .where('delivery_id', '=', delivery.delivery_id)
      .executeTakeFirstOrThrow();
  }

  async function transitionsOf(entity: string): Promise<number> {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from transition where entity = ${entity}`.execute(database.db);
    return rows[0]?.n ?? -1;
  }

  async function jobs(): Promise<{ cause: string; kind: string }[]> {
    const found = await sql<{ cause: string; kind: string }>`
      select data->>'cause' as cause, data->>'kind' as kind from pgboss.job order by 1`.execute(database.db);
    return found.rows;
  }

  /** A real failure inside one state change: the database refuses to move this repository. */
  async function refuseToMove(repository_id: number): Promise<void> {
    await sql
      .raw(
        `create function refuse_move() returns trigger language plpgsql as $$
         begin raise exception 'refused'; end $$;
         create trigger refuse_move before update on repository for each row
         when (old.repository_id = ${repository_id}) execute function refuse_move()`,
      )
      .execute(database.db);
  }

  test('routes a delivery with one transition and one job, and does nothing the second time', async () => {
    const delivery = arrived();
    await receive(delivery, delivery);
    expect([await drain(), await drain()]).toEqual([1, 0]);
    await receive(delivery);
    expect(await drain()).toBe(0);
    expect(await stateOf(delivery)).toEqual({ state: 'routed', reason: null });
    expect(await transitionsOf('delivery')).toBe(1);
    expect(await jobs()).toEqual([{ cause: delivery.delivery_id, kind: 'collect.issue' }]);
  });

  test('four drains at once route each of 600 deliveries exactly once', async () => {
    const deliveries = Array.from({ length: 600 }, (_, number) =>
      arrived({ repository_id: 1 + (number % 3), subject: { ...arrived().subject, number: number + 1 } }),
    );
    await receive(...deliveries);
    const connections = Array.from({ length: 4 }, () =>
      connect({ url: database.url, max: 2, applicationName: 'another drain' }),
    );
    const routed = await Promise.all(connections.map(({ db }) => drainOnce({ db, queue, routes, log })));
    await Promise.all(connections.map((connection) => connection[Symbol.asyncDispose]()));
    expect(routed.reduce((sum, count) => sum + count)).toBe(600);
    expect(await transitionsOf('delivery')).toBe(600);
    const causes = (await jobs()).map((job) => job.cause);
    expect(causes).toEqual(deliveries.map((delivery) => delivery.delivery_id).sort());
  });

  test('a drain that loses its connection in the middle leaves nothing, and the next one does all of it', async () => {
    await receive(...Array.from({ length: 30 }, () => arrived()));
    const other = connect({ url: database.url, max: 1, applicationName: 'doomed drain' });
    await database.db.transaction().execute(async (trx) => {
      await sql`lock table transition in share mode`.execute(trx);
      const doomed = drainOnce({ db: other.db, queue, routes, log });
      const outcome = doomed.then(
        () => 'done',
        (error: unknown) => (error as { code?: string }).code,
      );
      await expect
        .poll(async () => {
          const { rows } = await sql<{ pid: number }>`
            select pg_terminate_backend(pid) from pg_stat_activity
            where application_name = 'doomed drain' and wait_event_type = 'Lock'`.execute(database.db);
          return rows.length;
        })
        .toBe(1);
      expect(await outcome).toBe('database_unreachable');
    });
    await other[Symbol.asyncDispose]();
    expect([await transitionsOf('delivery'), (await jobs()).length]).toEqual([0, 0]);
    expect(await drain()).toBe(30);
    expect([await transitionsOf('delivery'), (await jobs()).length]).toEqual([30, 30]);
  });

  test('a failure inside one change takes back its jobs and history, and the other deliveries are routed', async () => {
    await refuseToMove(2);
    const poison = removal(2);
    const fine = removal(3);
    const good = Array.from({ length: 30 }, () => arrived());
    await receive(...good.slice(0, 15), poison, fine, ...good.slice(15));
    await drain();
    expect(await stateOf(poison)).toEqual({ state: 'failed', reason: 'unroutable' });
    expect(await stateOf(fine)).toEqual({ state: 'routed', reason: null });
    const kinds = (await jobs()).map((job) => job.kind).sort();
    expect(kinds.filter((kind) => kind === 'collect.issue')).toHaveLength(30);
    // One purge and one synchronisation: those of the removal that worked.
    expect(kinds.filter((kind) => kind !== 'collect.issue')).toEqual([
      'installation.sync',
      'repository.purge',
    ]);
    const events = await database.db.selectFrom('consent_event').select('repository_id').execute();
    expect(events).toEqual([{ repository_id: 3 }]);
    const moved = await database.db
      .selectFrom('transition')
      .select('entity_id')
      .distinct()
      .where('entity', '=', 'repository')
      .execute();
    expect(moved).toEqual([{ entity_id: '3' }]);
    expect(await drain()).toBe(0);
  });

  test('a delivery whose row cannot be read is set aside with its reason, alone', async () => {
    const good = arrived();
    const broken = arrived();
    await receive(good, broken);
    await sql`update delivery set subject = '{"number":"nine"}' where delivery_id = ${broken.delivery_id}`.execute(
      database.db,
    );
    await drain();
    expect(await stateOf(broken)).toEqual({ state: 'failed', reason: 'unroutable' });
    expect(await stateOf(good)).toEqual({ state: 'routed', reason: null });
    expect(await jobs()).toHaveLength(1);
  });

  test('a lost wake-up is made good by the next look', async () => {
    const running = startDrain({ db: database.db, queue, routes, log }, 50);
    const delivery = arrived();
    await receive(delivery);
    await expect.poll(async () => (await stateOf(delivery)).state).toBe('routed');
    await running.stop();
  });

  test('stopping waits for the batch that is being routed', async () => {
    const running = startDrain({ db: database.db, queue, routes, log }, 60_000);
    await receive(...Array.from({ length: 250 }, () => arrived()));
    running.wake();
    await running.stop();
    const open = await sql`
      select 1 from pg_stat_activity where datname = current_database() and state = 'idle in transaction'`.execute(
      database.db,
    );
    expect(open.rows).toEqual([]);
    expect(await transitionsOf('delivery')).toBe((await jobs()).length);
    running.wake();
    await drain();
    expect(await transitionsOf('delivery')).toBe(250);
  });
});
