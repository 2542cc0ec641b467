import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { treeSha256 } from '../../src/round-files/tree-hash.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { seedCandidate, seedSnapshot } from '../train/checkpoint-rounds.ts';
import { type Answer, mendloop } from './mendloop.ts';

let database: TestDatabase;
let home: string;

beforeAll(async () => {
  database = await testDatabase();
  home = await mkdtemp(path.join(tmpdir(), `mendloop-test-${process.pid}-checkpoint-`));
  await seedSnapshot(database.db, 's-1');
});

afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

function cli(...args: string[]): Promise<Answer> {
  return mendloop(args, { env: { DATABASE_URL: database.url, MENDLOOP_HOME: home } });
}

function weightsOf(round_id: string): string {
  return path.join(home, 'rounds', round_id, 'out', 'adapter', 'adapter_model.safetensors');
}

/** A candidate whose files lie where a round leaves them. */
async function candidate(round_id: string): Promise<string> {
  await mkdir(path.dirname(weightsOf(round_id)), { recursive: true });
  await writeFile(weightsOf(round_id), `weights of ${round_id}`);
  const tree_sha256 = await treeSha256(path.join(home, 'rounds', round_id, 'out'));
  return seedCandidate(database.db, round_id, { tree_sha256 });
}

test('checkpoints are listed, promoted and rolled back', async () => {
  const one = await candidate('r-one');
  const two = await candidate('r-two');
  const first = await cli('checkpoint', 'promote', one);
  const second = await cli('checkpoint', 'promote', two, '--json');
  const listed = await cli('checkpoint', 'list', '--json');
  const back = await cli('checkpoint', 'rollback');
  const table = await cli('checkpoint', 'list');
  expect(first).toMatchObject({ status: 0, stdout: `stable: base model → ${one}\n` });
  expect(JSON.parse(second.stdout)).toEqual({ alias: 'stable', from: one, to: two });
  expect(JSON.parse(listed.stdout)).toMatchObject([
    { checkpoint_id: two, status: 'promoted', aliases: ['stable'], decision: null },
    { checkpoint_id: one, status: 'retired', aliases: [] },
  ]);
  expect(back).toMatchObject({ status: 0, stdout: `stable: ${two} → ${one}\n` });
  expect(table.stdout).toMatch(new RegExp(`${one} +promoted +stable `));
});

test('files that changed since, unknown names and aliases are refused with their status', async () => {
  const changed = await candidate('r-changed');
  await writeFile(weightsOf('r-changed'), 'other weights');
  const refused = await cli('checkpoint', 'promote', changed, '--alias', 'canary');
  expect(refused).toMatchObject({ status: 1, stdout: '' });
  expect(refused.stderr).toContain('mendloop: round_invalid: the files of checkpoint mendloop-r-changed-s8');
  expect((await cli('checkpoint', 'promote', 'mendloop-none-s1')).stderr).toContain('mendloop: not_found:');
  expect((await cli('checkpoint', 'promote', changed, '--alias', 'latest')).status).toBe(2);
  expect((await cli('checkpoint', 'rollback', '--alias', 'canary')).status).toBe(1);
});

test('a discarded checkpoint is refused by policy', async () => {
  const id = await candidate('r-discarded');
  await database.db
    .updateTable('checkpoint')
    .set({ status: 'discarded' })
    .where('checkpoint_id', '=', id)
    .execute();
  const refused = await cli('checkpoint', 'promote', id);
  expect(refused.status).toBe(4);
  expect(refused.stderr).toContain(`mendloop: policy_refused: checkpoint ${id} is discarded`);
});
