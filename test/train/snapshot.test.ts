import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readAnswer } from '../../src/answer/read-answer.ts';
import type { Instance } from '../../src/domain/instance.ts';
import { findFormula } from '../../src/reward/formulas.ts';
import { sharedFolder } from '../../src/round-files/shared-folder.ts';
import { purgeTraining } from '../../src/train/purge/purge-training.ts';
import { createSnapshot, defaultSnapshotOptions } from '../../src/train/snapshot/create.ts';
import { rowFileName, type SnapshotFile, verifySnapshot } from '../../src/train/snapshot/manifest.ts';
import { instance, seedInstance, seedRepository } from '../cli/seed.ts';
import { testDatabase } from '../support/database.ts';
import { insertRound } from './seed-round.ts';

let folder: string;
let database: Awaited<ReturnType<typeof testDatabase>>;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mendloop-snapshot-'));
  database = await testDatabase();
});
afterEach(async () => {
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const words = [
  'reader',
  'cursor',
  'buffer',
  'window',
  'ledger',
  'anchor',
  'filter',
  'marker',
  'folder',
  'ticket',
];

/** An instance of its own words, so that no two are alike; `merged` is its day. */
function fix(repo: string, number: number, changed: Partial<Instance> = {}): Instance {
  const [a, b] = [words[number % 10], words[Math.floor(number / 10) % 10]];
  const before = Array.from(
    { length: 12 },
    (_, line) => `const ${a}_${b}_${line} = ${a}(${line * number});`,
  ).join('\n');
  const after = before.replace(`${a}(${3 * number})`, `${b}Of(${a}, ${number})`);
  const day = String(1 + (number % 28)).padStart(2, '0');
  const month = String(1 + Math.floor(number / 28)).padStart(2, '0');
  return instance(repo, number, {
    problem_statement: `The ${a} of the ${b} is wrong in case ${number}\n\nIt should be a ${b} (${number * 7919}).`,
    patch: `diff --git a/${a}.js b/${a}.js\n--- a/${a}.js\n+++ b/${a}.js\n@@ -4 +4 @@\n-const ${a}_${b}_3 = ${a}(${3 * number});\n+const ${a}_${b}_3 = ${b}Of(${a}, ${number});\n`,
    linked_issues: [1000 + number],
    merged_at: `2026-${month}-${day}T03:04:05Z`,
    source_files: [`${a}.js`],
    context: [{ path: `${a}.js`, text: `${before}\n` }],
    oracle: [{ path: `${a}.js`, text: `${after}\n` }],
    ...changed,
  });
}

async function seed(instances: readonly Instance[], repository_id = 1): Promise<void> {
  for (const one of instances) await seedInstance(database.db, repository_id, one);
}

async function rowsOf(snapshot_id: string, name: SnapshotFile): Promise<Record<string, unknown>[]> {
  const bytes = await readFile(path.join(folder, snapshot_id, rowFileName(name)));
  const lines = gunzipSync(bytes).toString('utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const create = (options: Partial<typeof defaultSnapshotOptions> = {}) =>
  createSnapshot({ db: database.db, folder }, { ...defaultSnapshotOptions, ...options });

describe('a snapshot', () => {
  beforeEach(() =>
    seedRepository(database.db, { repository_id: 1, full_name: 'octo-org/one', consent: 'train' }),
  );

  test('splits by time, names oracles by id, and every supervised answer has the reward 1', async () => {
    await seed(Array.from({ length: 20 }, (_, index) => fix('octo-org/one', index + 1)));
    const made = await create();
    expect(made.instances).toEqual({ train: 12, held_out: 8 });
    const [train, heldOut, oracles] = [
      await rowsOf(made.snapshot_id, 'train'),
      await rowsOf(made.snapshot_id, 'held_out'),
      await rowsOf(made.snapshot_id, 'oracles'),
    ];
    const merged = (rows: readonly Record<string, unknown>[]) =>
      rows.map((row) => Number(/-(\d+)$/.exec((row['extra_info'] as { task_id: string }).task_id)?.[1]));
    expect(Math.max(...merged(train))).toBeLessThan(Math.min(...merged(heldOut)));
    const byId = new Map(oracles.map((row) => [row['id'], row as { context: object; oracle: object }]));
    for (const row of [...train, ...heldOut]) {
      expect(byId.has((row['reward_model'] as { ground_truth: string }).ground_truth)).toBe(true);
    }
    const formula = findFormula('mendloop/1');
    const answers = await rowsOf(made.snapshot_id, 'sft');
    expect(answers).toHaveLength(12);
    for (const [index, row] of answers.entries()) {
      const id = (train[index] as { reward_model: { ground_truth: string } }).reward_model.ground_truth;
      const { context, oracle } = byId.get(id) as { context: object; oracle: object };
      const input = { context: new Map(Object.entries(context)), oracle: new Map(Object.entries(oracle)) };
      const [{ content }] = row['completion'] as [{ content: string }];
      const answer = readAnswer(input.context, content);
      expect(formula.scoreAnswer({ ...input, answer, execution: null }).reward).toBe(1);
      // Nothing of the fix stands where a model is asked.
      expect(JSON.stringify(train[index]?.['prompt'])).not.toContain('Of(');
    }
  });

  test('of the same data has the same id and the same bytes, and is found again', async () => {
    await seed(Array.from({ length: 10 }, (_, index) => fix('octo-org/one', index + 1)));
    const first = await create();
    const bytes = await readFile(path.join(folder, first.snapshot_id, rowFileName('train')));
    const second = await create();
    expect(second).toEqual(first);
    expect(await readFile(path.join(folder, second.snapshot_id, rowFileName('train')))).toEqual(bytes);
    expect(await readdir(folder)).toEqual([first.snapshot_id]);
    const rows = await database.db.selectFrom('snapshot').select('snapshot_id').execute();
    expect(rows).toEqual([{ snapshot_id: first.snapshot_id }]);
    await verifySnapshot(path.join(folder, first.snapshot_id));
    await writeFile(path.join(folder, first.snapshot_id, rowFileName('sft')), 'x');
    await expect(verifySnapshot(path.join(folder, first.snapshot_id))).rejects.toMatchObject({
      code: 'round_invalid',
    });
  });

  test('leaves out near-duplicates, issues on both sides and what goes beyond a cap, each counted', async () => {
    const twelve = Array.from({ length: 12 }, (_, index) => fix('octo-org/one', index + 1));
    const { instance_id, merged_at, pull_number } = fix('octo-org/one', 200);
    const twin = { ...(twelve[0] as Instance), instance_id, pull_number, merged_at, linked_issues: [5000] };
    const sameIssue = fix('octo-org/one', 13, {
      linked_issues: [1000 + 12],
      merged_at: '2026-01-01T00:00:00Z',
    });
    await seed([...twelve, twin, sameIssue]);
    const made = await create({ splitAt: '2026-01-11T00:00:00Z', perRepository: 5 });
    expect(made.left_out).toMatchObject({ near_duplicate: 1, issue_on_both_sides: 1, cap_repository: 3 });
    expect(made.instances.train).toBe(5);
  });

  test('has single hunks for a small model, short and with a reward of their own', async () => {
    await seed(Array.from({ length: 10 }, (_, index) => fix('octo-org/one', index + 1)));
    const made = await create({ rows: 'hunks', formula: 'paper/1' });
    const rows = await rowsOf(made.snapshot_id, 'train');
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect((row['reward_model'] as { ground_truth: string }).ground_truth).toMatch(/#\d+$/);
      expect(JSON.stringify(row['prompt']).length).toBeLessThan(1100);
    }
  });

  test('holds no credential and no address, whichever text it stood in', async () => {
    const key = ['AKIA', 'ABCDEFGH234567XY'].join('');
    const address = ['someone', 'host.invalid'].join('@');
    const plain = Array.from({ length: 10 }, (_, index) => fix('octo-org/one', index + 1));
    const inIssue = fix('octo-org/one', 31, { problem_statement: `It fails with ${key}` });
    const inFile = fix('octo-org/one', 32, { context: [{ path: 'x.js', text: `k = '${key}'\n` }] });
    const written = fix('octo-org/one', 9, {
      problem_statement: `Ask ${address} about the case`,
      context: [{ path: 'x.js', text: `// ${address}\nold();\n` }],
      oracle: [{ path: 'x.js', text: `// ${address}\nfresh();\n` }],
    });
    await seed([...plain.filter(({ pull_number }) => pull_number !== 9), written, inIssue, inFile]);
    const made = await create();
    expect(made.left_out['credential']).toBe(2);
    const all = await allText(made.snapshot_id);
    expect(all).not.toContain(key);
    expect(all).not.toContain(address);
    expect(all).toContain('fresh();');
  });
});

describe('consent', () => {
  test('only what may train takes part: no other scope, no private repository of another installation', async () => {
    await seedRepository(database.db, { repository_id: 1, full_name: 'octo-org/one', consent: 'train' });
    await seedRepository(database.db, { repository_id: 2, full_name: 'octo-org/two', consent: 'collect' });
    await seedRepository(database.db, { repository_id: 3, full_name: 'octo-org/three', consent: 'train' });
    await database.db
      .updateTable('repository')
      .set({ private: true })
      .where('repository_id', '=', 3)
      .execute();
    await seed([fix('octo-org/one', 1), fix('octo-org/one', 2, { consent: 'collect' })]);
    await seed([fix('octo-org/two', 3)], 2);
    await seed([fix('octo-org/three', 4)], 3);
    const open = await create();
    expect(open.instances).toEqual({ train: 1, held_out: 0 });
    expect(open.left_out).toMatchObject({ consent: 2 });
    expect((await create({ installation_id: 1 })).instances).toEqual({ train: 1, held_out: 1 });
    expect((await create({ installation_id: 2 })).instances).toEqual({ train: 1, held_out: 0 });
  });

  test('taken back removes snapshots, rounds and samples, and taints checkpoints and all that descend from them', async () => {
    const { db } = database;
    await seedRepository(db, { repository_id: 1, full_name: 'octo-org/one', consent: 'train' });
    await seedRepository(db, { repository_id: 2, full_name: 'octo-org/two', consent: 'train' });
    const canary = 'kestrel_of_the_canary';
    await seed([fix('octo-org/one', 1, { problem_statement: canary }), fix('octo-org/one', 2)]);
    const touched = await create();
    await db.updateTable('repository').set({ consent: 'collect' }).where('repository_id', '=', 1).execute();
    await seed([fix('octo-org/two', 3), fix('octo-org/two', 4)], 2);
    const clean = await create();
    await seedRounds([
      ['r-touched', touched.snapshot_id, 'mendloop-a', null],
      ['r-child', clean.snapshot_id, 'mendloop-b', 'mendloop-a'],
      ['r-clean', clean.snapshot_id, 'mendloop-c', null],
    ]);
    await db
      .insertInto('alias')
      .values([{ name: 'stable', checkpoint_id: 'mendloop-b', previous_id: 'mendloop-c' }])
      .execute();
    await db
      .insertInto('round_event')
      .values([
        {
          round_id: 'r-touched',
          attempt: 1,
          seq: 1,
          type: 'sample',
          at: new Date(),
          body: JSON.stringify({ text: canary }),
        },
      ])
      .execute();
    const deps = { db, snapshots: folder, rounds: [sharedFolder(path.join(folder, 'rounds'))] };
    expect(await purgeTraining(deps, 1)).toEqual({
      snapshots: [touched.snapshot_id],
      rounds: ['r-touched'],
      checkpoints: ['mendloop-a', 'mendloop-b'],
      running: ['r-touched'],
    });
    const statuses = await db
      .selectFrom('checkpoint')
      .select(['checkpoint_id', 'status'])
      .orderBy('checkpoint_id')
      .execute();
    expect(statuses.map(({ status }) => status)).toEqual(['tainted', 'tainted', 'candidate']);
    expect(await db.selectFrom('alias').select(['checkpoint_id', 'previous_id']).execute()).toEqual([
      { checkpoint_id: null, previous_id: 'mendloop-c' },
    ]);
    expect(await db.selectFrom('round_event').selectAll().execute()).toEqual([]);
    expect(await readdir(folder)).toEqual([clean.snapshot_id]);
    expect(await allText(clean.snapshot_id)).not.toContain(canary);
    expect(await purgeTraining(deps, 1)).toMatchObject({ checkpoints: ['mendloop-a', 'mendloop-b'] });
  });
});

async function allText(snapshot_id: string): Promise<string> {
  const names = ['train', 'held_out', 'sft', 'oracles', 'preferences'] as const;
  return (await Promise.all(names.map(async (name) => JSON.stringify(await rowsOf(snapshot_id, name))))).join(
    '\n',
  );
}

async function seedRounds(
  rounds: readonly (readonly [round: string, snapshot: string, checkpoint: string, parent: string | null])[],
): Promise<void> {
  for (const [round_id, snapshot_id, checkpoint_id, parent_id] of rounds) {
    const state = round_id === 'r-touched' ? 'running' : 'discarded';
    await insertRound(database.db, { round_id, state, snapshot_id });
    await database.db
      .insertInto('checkpoint')
      .values({
        checkpoint_id,
        round_id,
        parent_id,
        kind: 'lora',
        tree_sha256: 'a',
        manifest: '{}',
        status: 'candidate',
      })
      .execute();
  }
}
