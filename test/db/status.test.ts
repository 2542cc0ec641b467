import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addWithStatus, lockStatus, moveStatus, moveStatuses, putWithStatus } from '../../src/db/status.ts';
import { seedRepository } from '../cli/seed.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
  const repository = { full_name: 'octo/app', consent: 'collect' } as const;
  await seedRepository(database.db, { repository_id: 1, ...repository });
});
afterEach(() => database[Symbol.asyncDispose]());

const instance = (number: number) => ({
  instance_id: `octo__app-${number}`,
  repository_id: 1,
  pull_number: number,
});
const discovered = { to: 'discovered', event: 'merged' } as const;

const inTransaction = () => database.db.transaction();

async function seed(...numbers: readonly number[]): Promise<void> {
  for (const number of numbers)
    await inTransaction().execute((trx) => addWithStatus(trx, 'instance', instance(number), discovered));
}

async function history(entity: string): Promise<string[]> {
  const rows = await database.db
    .selectFrom('transition')
    .selectAll()
    .where('entity', '=', entity)
    .orderBy('transition_id')
    .execute();
  return rows.map((row) => `${row.entity_id}: ${row.from_status} -> ${row.to_status} by ${row.event}`);
}

async function statuses(): Promise<string[]> {
  const rows = await database.db.selectFrom('instance').select('status').orderBy('pull_number').execute();
  return rows.map(({ status }) => status);
}

describe('a new row', () => {
  test('has its first status and its history', async () => {
    await seed(1);
    expect(await statuses()).toEqual(['discovered']);
    expect(await history('instance')).toEqual(['octo__app-1: null -> discovered by merged']);
  });

  test('that conflicts with another one changes nothing', async () => {
    await seed(1);
    const again = inTransaction().execute((trx) => addWithStatus(trx, 'instance', instance(1), discovered));
    expect(await again).toBe(false);
    expect(await history('instance')).toHaveLength(1);
  });
});

describe('a move', () => {
  const rejected = { id: 'octo__app-1', from: 'discovered', to: 'rejected', event: 'collected' } as const;

  test('changes status, further columns and history, and no other row', async () => {
    await seed(1, 2);
    const merged_at = new Date('2026-01-02T03:04:05Z');
    const job_id = randomUUID();
    const move = { ...rejected, reason: 'because', job_id };
    expect(await inTransaction().execute((trx) => moveStatus(trx, 'instance', move, { merged_at }))).toBe(
      true,
    );
    expect(await statuses()).toEqual(['rejected', 'discovered']);
    const row = database.db.selectFrom('instance').select('merged_at').where('pull_number', '=', 1);
    expect(await row.executeTakeFirst()).toEqual({ merged_at });
    const last = database.db.selectFrom('transition').selectAll().orderBy('transition_id', 'desc');
    expect(await last.executeTakeFirst()).toMatchObject({
      entity: 'instance',
      entity_id: rejected.id,
      from_status: 'discovered',
      to_status: 'rejected',
      event: 'collected',
      reason: 'because',
      job_id,
    });
  });

  test('from another status than the row has changes nothing', async () => {
    await seed(1);
    const move = { ...rejected, from: 'labelled' } as const;
    expect(await inTransaction().execute((trx) => moveStatus(trx, 'instance', move))).toBe(false);
    expect(await statuses()).toEqual(['discovered']);
    expect(await history('instance')).toHaveLength(1);
  });

  test('that the state machine lacks is refused', async () => {
    await seed(1);
    const move = { ...rejected, to: 'labelled' } as const;
    await expect(inTransaction().execute((trx) => moveStatus(trx, 'instance', move))).rejects.toMatchObject({
      code: 'move_invalid',
    });
  });

  test('is made once where ten transactions make it at the same time', async () => {
    for (let round = 1; round <= 20; round += 1) {
      await seed(round);
      const move = { ...rejected, id: `octo__app-${round}` };
      const won = await Promise.all(
        Array.from({ length: 10 }, () => inTransaction().execute((trx) => moveStatus(trx, 'instance', move))),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
    }
    expect((await history('instance')).filter((line) => line.endsWith('by collected'))).toHaveLength(20);
  });

  test('of an entity that keeps the reason writes it into the row', async () => {
    const delivery_id = randomUUID();
    const row = { delivery_id, event: 'push', subject: '{}', payload_state: 'none' } as const;
    await database.db.insertInto('delivery').values(row).execute();
    const move = {
      id: delivery_id,
      from: 'received',
      to: 'ignored',
      event: 'push',
      reason: 'no_job',
    } as const;
    await inTransaction().execute((trx) => moveStatus(trx, 'delivery', move));
    const stored = database.db.selectFrom('delivery').select(['state', 'reason']);
    expect(await stored.executeTakeFirst()).toEqual({ state: 'ignored', reason: 'no_job' });
  });
});

test('many moves are one statement, with a history in their order', async () => {
  await seed(1, 2, 3);
  const moves = [3, 1, 2].map(
    (number) =>
      ({ id: `octo__app-${number}`, from: 'discovered', to: 'rejected', event: 'collected' }) as const,
  );
  const lost = { ...moves[0], id: 'octo__app-4' } as (typeof moves)[number];
  const moved = await inTransaction().execute((trx) => moveStatuses(trx, 'instance', [lost, ...moves]));
  expect(moved).toEqual(['octo__app-3', 'octo__app-1', 'octo__app-2']);
  expect((await history('instance')).slice(3).map((line) => line.split(':')[0])).toEqual(moved);
});

describe('a row that is put', () => {
  const pull = {
    repository_id: 1,
    number: 42,
    title: 'One',
    body: '',
    author: null,
    author_type: 'User',
    base_ref: 'main',
    base_sha: 'a',
    head_sha: 'b',
    head_repo: null,
    merge_commit_sha: null,
    linked_issues: '[]',
    conversation: '[]',
    created_at: '2026-01-02T03:04:05Z',
  };
  const put = (title: string, to: 'open' | 'closed') =>
    inTransaction().execute((trx) =>
      putWithStatus(trx, 'pull_request', { ...pull, title }, { to, event: 'observed' }),
    );

  test('is added, changed, or changed and moved; each returns the status before', async () => {
    expect([await put('One', 'open'), await put('Two', 'open'), await put('Three', 'closed')]).toEqual([
      null,
      'open',
      'open',
    ]);
    const stored = database.db.selectFrom('pull_request').select(['title', 'status']);
    expect(await stored.execute()).toEqual([{ title: 'Three', status: 'closed' }]);
    expect(await history('pull_request')).toEqual([
      '1/42: null -> open by observed',
      '1/42: open -> closed by observed',
    ]);
  });

  test('by ten at the same time has one history', async () => {
    const before = await Promise.all(Array.from({ length: 10 }, () => put('One', 'open')));
    expect(before.filter((status) => status === null)).toHaveLength(1);
    expect(await history('pull_request')).toHaveLength(1);
  });
});

test('the status of a row is locked until the transaction ends', async () => {
  await seed(1);
  const locked = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const holder = inTransaction().execute(async (trx) => {
    expect(await lockStatus(trx, 'instance', 'octo__app-1')).toBe('discovered');
    locked.resolve();
    await release.promise;
  });
  await locked.promise;
  const move = { id: 'octo__app-1', from: 'discovered', to: 'rejected', event: 'collected' } as const;
  const moving = inTransaction().execute((trx) => moveStatus(trx, 'instance', move));
  const first = await Promise.race([moving.then(() => 'moved'), holder.then(() => 'released'), blocked()]);
  expect(first).toBe('blocked');
  release.resolve();
  await holder;
  expect(await moving).toBe(true);
  expect(await inTransaction().execute((trx) => lockStatus(trx, 'instance', 'nothing'))).toBeNull();
});

async function blocked(): Promise<string> {
  await expect
    .poll(async () => {
      const waiting = database.pool.query('select 1 from pg_locks where not granted');
      return (await waiting).rowCount;
    })
    .toBeGreaterThan(0);
  return 'blocked';
}
