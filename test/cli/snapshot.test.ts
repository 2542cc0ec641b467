import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type Answer, mendloop } from './mendloop.ts';
import { instance, seedInstance, seedRepository } from './seed.ts';

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mendloop-cli-'));
  database = await testDatabase();
  await seedRepository(database.db, { repository_id: 1, full_name: 'octo-org/parser', consent: 'train' });
  for (const number of [1, 2, 3]) {
    const merged_at = `2026-01-0${number}T03:04:05Z`;
    const oracle = [{ path: 'a.js', text: `two_${number}\n` }];
    const patch = `--- a/a.js\n+++ b/a.js\n@@ -1 +1 @@\n-one\n+two_${number}\n`;
    const problem_statement = Array.from({ length: 20 }, (_, word) => `case${number}x${word}`).join(' ');
    const changed = { problem_statement, merged_at, oracle, patch, linked_issues: [number] };
    await seedInstance(database.db, 1, instance('octo-org/parser', number, changed));
  }
});

afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function cli(...args: string[]): Promise<Answer> {
  return mendloop(args, { env: { DATABASE_URL: database.url, MENDLOOP_HOME: folder } });
}

test('a snapshot is made, shown by its id and as the latest, and refused once its files are others', async () => {
  expect((await cli('snapshot', 'show', 'latest')).stderr).toContain('not_found');

  const made = await cli('snapshot', 'create', '--rows', 'hunks', '--split-at', '2026-01-03', '--json');
  const manifest = JSON.parse(made.stdout) as { readonly snapshot_id: string };
  const shown = await cli('snapshot', 'show', 'latest', '--json');
  const text = await cli('snapshot', 'show', manifest.snapshot_id);

  expect(made.status).toBe(0);
  expect(manifest).toMatchObject({
    rows: 'hunks',
    formula: 'mendloop/1',
    instances: { train: 2, held_out: 1 },
  });
  expect(JSON.parse(shown.stdout)).toEqual(manifest);
  expect(text.stdout).toContain('2 to train on, 1 held out');
  expect(text.stdout).not.toContain('two_');

  const files = join(folder, 'snapshots', manifest.snapshot_id);
  expect((await readdir(files)).toSorted()).toContain('oracles.jsonl.gz');
  await writeFile(join(files, 'train.jsonl.gz'), 'x');
  const broken = await cli('snapshot', 'show', manifest.snapshot_id);
  expect([broken.status, broken.stdout]).toEqual([1, '']);
  expect(broken.stderr).toContain('mendloop: round_invalid:');
});

test.each([
  [['create', '--split-at', 'yesterday'], 1, 'input_invalid'],
  [['create', '--split-at', '5'], 1, 'input_invalid'],
  [['create', '--rows', 'lines'], 2, 'usage'],
  [['create', '--formula', 'best/9'], 2, 'usage'],
  [['create', '--installation', 'x'], 2, 'usage'],
  [['show', 's-00000000000000000000'], 1, 'not_found'],
  [['show'], 2, 'usage'],
] as const)('snapshot %j ends with %i and says %s', async (args, status, code) => {
  const answer = await cli('snapshot', ...args);
  expect([answer.status, answer.stdout]).toEqual([status, '']);
  expect(answer.stderr).toContain(`mendloop: ${code}:`);
});
