import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sharedFolder } from '../../src/round-files/shared-folder.ts';
import { purgeTraining } from '../../src/train/purge/purge-training.ts';
import { createSnapshot, defaultSnapshotOptions } from '../../src/train/snapshot/create.ts';
import { instance, seedInstance, seedRepository } from '../cli/seed.ts';
import { testDatabase } from '../support/database.ts';
import { insertRound } from './seed-round.ts';

let home: string;
let database: Awaited<ReturnType<typeof testDatabase>>;
const folders = () => ({ snapshots: path.join(home, 'snapshots'), rounds: path.join(home, 'rounds') });
const deps = () => ({
  db: database.db,
  snapshots: folders().snapshots,
  rounds: [sharedFolder(folders().rounds)],
});
const make = () => createSnapshot({ db: database.db, folder: folders().snapshots }, defaultSnapshotOptions);

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'mendloop-purge-'));
  database = await testDatabase();
  for (const [repository_id, name] of [
    [1, 'one'],
    [2, 'two'],
  ] as const) {
    const full_name = `octo-org/${name}`;
    await seedRepository(database.db, { repository_id, full_name, consent: 'train' });
    for (const number of [1, 2]) {
      const merged_at = `2026-01-0${repository_id * 2 + number}T03:04:05Z`;
      const oracle = [{ path: 'a.js', text: `of_${name}_${number}\n` }];
      const patch = `--- a/a.js\n+++ b/a.js\n@@ -1 +1 @@\n-one\n+of_${name}_${number}\n`;
      const problem_statement = Array.from({ length: 20 }, (_, word) => `${name}${number}x${word}`).join(' ');
      const changed = { problem_statement, merged_at, oracle, patch, linked_issues: [number] };
      const body = instance(full_name, number, changed);
      await seedInstance(database.db, repository_id, body);
    }
  }
});
afterEach(async () => {
  await database[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

function allow(repository_id: number, consent: 'train' | 'collect') {
  return database.db
    .updateTable('repository')
    .set({ consent })
    .where('repository_id', '=', repository_id)
    .execute();
}

function transitions() {
  return database.db
    .selectFrom('transition')
    .select(['entity', 'from_status', 'to_status', 'event'])
    .where('entity', '=', 'snapshot')
    .orderBy('transition_id')
    .execute();
}

async function seedRound(snapshot_id: string): Promise<void> {
  await insertRound(database.db, { round_id: 'r-1', state: 'promoted', snapshot_id });
  const checkpoint = { round_id: 'r-1', kind: 'lora', tree_sha256: 'a', manifest: '{}' } as const;
  await database.db
    .insertInto('checkpoint')
    .values([
      { ...checkpoint, checkpoint_id: 'c-1', parent_id: null, status: 'promoted' },
      { ...checkpoint, checkpoint_id: 'c-gone', parent_id: null, status: 'purged' },
    ])
    .execute();
  await mkdir(path.join(folders().rounds, 'r-1', 'data'), { recursive: true });
  await writeFile(path.join(folders().rounds, 'r-1', 'data', 'train.jsonl.gz'), 'x');
}

describe('a purge of training data', () => {
  test('that was cut off is done again with the same answer, and one history', async () => {
    const { snapshot_id } = await make();
    await seedRound(snapshot_id);
    await allow(1, 'collect');
    const first = await purgeTraining(deps(), 1);
    // As after a crash between the commit and the removal of the files.
    await mkdir(path.join(folders().snapshots, snapshot_id));
    await mkdir(path.join(folders().rounds, 'r-1'));

    const second = await purgeTraining(deps(), 1);

    expect(second).toEqual(first);
    expect(second).toMatchObject({ snapshots: [snapshot_id], rounds: ['r-1'], running: [] });
    expect(await readdir(folders().snapshots)).toEqual([]);
    expect(await readdir(folders().rounds)).toEqual([]);
    expect((await transitions()).map(({ event }) => event)).toEqual(['created', 'consent_revoked']);
    const statuses = await database.db
      .selectFrom('checkpoint')
      .select('status')
      .orderBy('checkpoint_id')
      .execute();
    expect(statuses.map(({ status }) => status)).toEqual(['tainted', 'purged']);
  });

  test('removes what a crash left of a snapshot, and nothing else', async () => {
    const { snapshot_id } = await make();
    const { snapshots } = folders();
    const unfinished = '.0a1b2c3d-0000-4000-8000-000000000000';
    for (const name of [unfinished, `s-${'0'.repeat(20)}`, 'somebody-elses']) {
      await mkdir(path.join(snapshots, name));
      await writeFile(path.join(snapshots, name, 'train.jsonl.gz'), 'x');
    }

    expect((await purgeTraining(deps(), 3)).snapshots).toEqual([]);

    expect((await readdir(snapshots)).toSorted()).toEqual([snapshot_id, 'somebody-elses'].toSorted());
  });

  test('of a repository that allows training again may be followed by the same snapshot', async () => {
    const before = await make();
    expect(before.instances).toEqual({ train: 2, held_out: 2 });
    await allow(2, 'collect');
    await purgeTraining(deps(), 2);
    await allow(2, 'train');

    expect(await make()).toEqual(before);

    expect(await readdir(folders().snapshots)).toEqual([before.snapshot_id]);
    expect((await transitions()).map(({ from_status, to_status }) => [from_status, to_status])).toEqual([
      [null, 'ready'],
      ['ready', 'purged'],
      ['purged', 'ready'],
    ]);
  });

  test('while snapshots are made leaves no file without a ready row and no row without its files', async () => {
    for (let turn = 0; turn < 8; turn += 1) {
      await allow(1, 'train');
      const making = Promise.allSettled([make(), make()]);
      await sleep(turn * 12);
      await allow(1, 'collect');
      await purgeTraining(deps(), 1);
      for (const result of await making) {
        if (result.status === 'rejected') {
          expect(['consent_missing', 'cancelled']).toContain((result.reason as { code?: string }).code);
        }
      }
      const ready = await database.db
        .selectFrom('snapshot')
        .select('snapshot_id')
        .where('state', '=', 'ready')
        .orderBy('snapshot_id')
        .execute();
      expect((await readdir(folders().snapshots)).toSorted()).toEqual(
        ready.map(({ snapshot_id }) => snapshot_id),
      );
      const holding = await database.db
        .selectFrom('snapshot_instance as i')
        .innerJoin('snapshot as s', 's.snapshot_id', 'i.snapshot_id')
        .select('s.state')
        .where('i.repository_id', '=', 1)
        .distinct()
        .execute();
      expect(holding.filter(({ state }) => state === 'ready')).toEqual([]);
    }
  });
});

describe('a snapshot that is there', () => {
  test('keeps its files, whoever reads them, though more is left out by now', async () => {
    const first = await make();
    const body = instance('octo-org/two', 9, { oracle: [{ path: 'a.js', text: null }] });
    await seedInstance(database.db, 2, body);

    expect(await make()).toEqual(first);
  });

  test('is made anew where its files are broken', async () => {
    const { snapshot_id } = await make();
    await rm(path.join(folders().snapshots, snapshot_id, 'train.jsonl.gz'));

    await make();

    expect(await readdir(path.join(folders().snapshots, snapshot_id))).toContain('train.jsonl.gz');
    expect(await transitions()).toHaveLength(1);
  });
});
