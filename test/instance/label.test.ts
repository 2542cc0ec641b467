import { randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/tables.ts';
import type { InstanceId } from '../../src/domain/ids.ts';
import type { CollectedInstance, LabelledTests } from '../../src/domain/instance.ts';
import { forEachReady } from '../../src/instance/read.ts';
import { discover, saveVerdict, type Verdict } from '../../src/instance/save.ts';
import { instance, perfect, seedRepository, sha } from '../cli/seed.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { insertLabel, type LabelAtWork, startLabel, tests } from './toy-labeller.ts';

/*
 * A re-collection, as a comment on a linked issue causes it, beside a labeller: in each order of their commits the label
 * stays and nothing is overtaken, unless the label at work is about commits that are not the instance's any more.
 */
const id = 'octo-org__parser-30' as InstanceId;
const input = {
  instance_id: id,
  repository_id: 1,
  pull_number: 30,
  merged_at: '2026-01-03T03:04:05Z',
  job_id: randomUUID(),
};

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
  const repository = { repository_id: 1, full_name: 'octo-org/parser', consent: 'train' } as const;
  await seedRepository(database.db, repository);
  await collect(ready());
});
afterEach(() => database[Symbol.asyncDispose]());

function ready(changed: Partial<CollectedInstance> = {}): Verdict {
  const { FAIL_TO_PASS: _f, PASS_TO_PASS: _p, ...collected } = instance('octo-org/parser', 30, changed);
  return { verdict: 'ready', instance: collected, oracle_reward: perfect, candidates: [] };
}
const withComment = () => ready({ hints_text: 'It also stops at the third.' });
const withOtherBase = () => ready({ base_commit: sha('9'), environment_setup_commit: sha('9') });
const rejected: Verdict = { verdict: 'rejected', reason: 'no_issue', detail: {} };

async function saveIn(trx: Transaction<Database>, verdict: Verdict): Promise<boolean> {
  await discover(trx, input);
  return saveVerdict(trx, input, verdict);
}
const collect = (verdict: Verdict) => database.db.transaction().execute((trx) => saveIn(trx, verdict));

async function status(): Promise<string> {
  const query = database.db.selectFrom('instance').select('status').where('instance_id', '=', id);
  return (await query.executeTakeFirstOrThrow()).status;
}

/** The exported tests and hints; null where the instance is not ready. */
async function exported() {
  let found: object | null = null;
  await forEachReady(database.db, { repo: null, consent: 'train' }, async (row) => {
    const { FAIL_TO_PASS, PASS_TO_PASS, hints_text } = row.instance;
    found = { FAIL_TO_PASS, PASS_TO_PASS, hints_text };
  });
  return found;
}

async function history(): Promise<string[]> {
  const rows = await database.db
    .selectFrom('transition')
    .select(['from_status', 'to_status', 'event', 'reason'])
    .where('entity', '=', 'instance')
    .orderBy('transition_id')
    .execute();
  return rows.map(
    ({ from_status, to_status, event, reason }) =>
      `${from_status} > ${to_status} ${event}${reason === null ? '' : ` ${reason}`}`,
  );
}

const collected = ['null > discovered merged', 'discovered > ready collected'];
const labelled = [
  'ready > building label_started',
  'building > labelled tests_ran',
  'labelled > ready label_valid',
];

test('without a label the lists of tests are empty', async () => {
  expect(await exported()).toEqual({ FAIL_TO_PASS: [], PASS_TO_PASS: [], hints_text: '' });
});

describe('a comment on a linked issue', () => {
  test('after labelling refreshes the instance and leaves its label', async () => {
    expect(await (await startLabel(database.db, id)).finish()).toBe(true);
    expect(await collect(withComment())).toBe(true);
    expect(await exported()).toEqual({ ...tests, hints_text: 'It also stops at the third.' });
    expect(await history()).toEqual([...collected, ...labelled, 'ready > ready refreshed']);
  });

  test('during labelling refreshes the instance, and the labeller goes on', async () => {
    const label = await startLabel(database.db, id);
    expect(await collect(withComment())).toBe(true);
    expect(await status()).toBe('building');
    expect(await label.finish()).toBe(true);
    expect(await exported()).toEqual({ ...tests, hints_text: 'It also stops at the third.' });
    expect(await history()).toEqual([...collected, ...labelled]);
  });

  test('that changes nothing is no news during labelling either', async () => {
    await startLabel(database.db, id);
    expect(await collect(ready())).toBe(false);
    expect(await status()).toBe('building');
  });

  test.each(['label first', 'comment first'])(
    'that commits at the same time as the label loses nothing: %s',
    async (order) => {
      const label = await startLabel(database.db, id);
      const locked = Promise.withResolvers<void>();
      const first = () => locked.resolve();
      const comment = () =>
        database.db.transaction().execute(async (trx) => {
          await saveIn(trx, withComment());
          first();
        });
      const finish = async () => {
        expect(await label.finish()).toBe(true);
        first();
      };
      const [one, two] = order === 'label first' ? [finish, comment] : [comment, finish];
      const leading = one();
      await locked.promise;
      await Promise.all([leading, two()]);
      expect(await exported()).toEqual({ ...tests, hints_text: 'It also stops at the third.' });
    },
  );

  test('loses nothing in fifty races with a label', async () => {
    for (let turn = 1; turn <= 50; turn += 1) {
      await database.db.deleteFrom('instance_label').execute();
      const label = await startLabel(database.db, id);
      const comment = ready({ hints_text: `Comment ${turn}.` });
      const [finished] = await Promise.all([label.finish(), collect(comment)]);
      expect(finished).toBe(true);
      expect(await exported()).toEqual({ ...tests, hints_text: `Comment ${turn}.` });
    }
  });
});

describe('a label that is overtaken', () => {
  const overtaken = (reason: string, to: string) => `building > ${to} label_overtaken ${reason}`;
  let label: LabelAtWork;
  beforeEach(async () => {
    label = await startLabel(database.db, id);
  });

  test('by another base says so, does not count for that base, and is not lost', async () => {
    await collect(withOtherBase());
    expect(await history()).toContain(overtaken('commits_changed', 'ready'));
    expect(await label.finish()).toBe(false);
    expect(await status()).toBe('ready');
    expect(await exported()).toMatchObject({ FAIL_TO_PASS: [] });
    await collect(ready());
    expect(await exported()).toMatchObject(tests);
  });

  test('by a rejection says so, and is not lost', async () => {
    await collect(rejected);
    expect(await history()).toContain(overtaken('no_issue', 'rejected'));
    expect(await label.finish()).toBe(false);
    expect(await status()).toBe('rejected');
    await collect(ready());
    expect(await exported()).toMatchObject(tests);
  });
});

describe('of several labels', () => {
  const other: LabelledTests = { FAIL_TO_PASS: ['test/b.js: other'], PASS_TO_PASS: [] };
  const of = { instance_id: id, base_commit: sha('a'), fix_commit: sha('b') };
  const add = (verdict: 'valid' | 'invalid' | 'flaky', recipe: string, labelled_at: string, found = other) =>
    insertLabel(database.db, of, found, { verdict, recipe_sha256: recipe, labelled_at });

  test('the newest valid one counts', async () => {
    await add('valid', '1', '2026-02-03T00:00:00Z', tests);
    await add('valid', '2', '2026-02-02T00:00:00Z');
    await add('flaky', '3', '2026-02-04T00:00:00Z');
    await add('invalid', '4', '2026-02-05T00:00:00Z');
    expect(await exported()).toMatchObject(tests);
  });

  test('none counts for another base or fix', async () => {
    await insertLabel(database.db, { ...of, base_commit: sha('9') }, other);
    await insertLabel(database.db, { ...of, fix_commit: sha('8') }, other);
    expect(await exported()).toMatchObject({ FAIL_TO_PASS: [] });
  });
});
