import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, afterAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type Answer, mendloop, start } from './mendloop.ts';
import { instance, seedInstance, seedRepository, sha } from './seed.ts';

let database: TestDatabase;
let folder: string;

const parser = { repository_id: 1, full_name: 'octo-org/parser', consent: 'train' } as const;
const ledger = { repository_id: 2, full_name: 'octo-org/ledger', consent: 'collect' } as const;
const vault = { repository_id: 3, full_name: 'octo-org/vault', consent: 'none' } as const;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mendloop-cli-'));
  database = await testDatabase();
  const { db } = database;
  for (const repository of [parser, ledger, vault]) await seedRepository(db, repository);
  await seedInstance(db, 1, instance('octo-org/parser', 30), [sha('e'), sha('d')]);
  await seedInstance(db, 1, instance('octo-org/parser', 4, { oracle: [{ path: 'a.js', text: null }] }));
  await seedInstance(db, 2, instance('octo-org/ledger', 9, { consent: 'collect' }));
  await seedInstance(db, 3, instance('octo-org/vault', 1));
  await db
    .insertInto('instance')
    .values({ instance_id: 'octo-org__parser-5', repository_id: 1, pull_number: 5, status: 'rejected' })
    .execute();
  await db
    .insertInto('instance_rejection')
    .values({
      instance_id: 'octo-org__parser-5',
      repository_id: 1,
      pull_number: 5,
      reason: 'no_issue',
      detail: '{}',
    })
    .execute();
});

afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function cli(...args: string[]): Promise<Answer> {
  return mendloop(args, { env: { DATABASE_URL: database.url, MENDLOOP_HOME: folder } });
}

function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('the export has the fields of SWE-bench exactly, by repository and pull number', async () => {
  const { status, stdout } = await cli('instance', 'export');
  const rows = jsonLines(stdout);
  expect(status).toBe(0);
  expect(rows.map((row) => row['instance_id'])).toEqual([
    'octo-org__ledger-9',
    'octo-org__parser-4',
    'octo-org__parser-30',
  ]);
  expect(rows[0]).toEqual({
    repo: 'octo-org/ledger',
    instance_id: 'octo-org__ledger-9',
    base_commit: sha('a'),
    patch: 'diff --git a/a.js b/a.js\n',
    test_patch: '',
    problem_statement: 'It stops\n\nAt the second colon.',
    hints_text: '',
    created_at: '2026-01-02T03:04:05Z',
    version: '1.2',
    FAIL_TO_PASS: '["test/a.js: parses"]',
    PASS_TO_PASS: '[]',
    environment_setup_commit: sha('a'),
  });
});

test('the full export gives the same bytes whenever and in whatever order the rows were stored', async () => {
  const first = await cli('instance', 'export', '--json', '--repo', 'Octo-Org/parser');
  await using other = await testDatabase();
  await seedRepository(other.db, { ...parser, repository_id: 77 });
  await seedInstance(
    other.db,
    77,
    instance('octo-org/parser', 4, { oracle: [{ path: 'a.js', text: null }] }),
  );
  await seedInstance(other.db, 77, instance('octo-org/parser', 30), [sha('d'), sha('e')]);
  const env = { DATABASE_URL: other.url, MENDLOOP_HOME: folder };
  const second = await mendloop(['instance', 'export', '--json'], { env });
  const [, row = {}] = jsonLines(first.stdout);
  expect(second.stdout).toBe(first.stdout);
  expect(row).toMatchObject({ linked_issues: [7], context_paths: ['a.js'], oracle_reward: { reward: 1 } });
  expect((row['candidates'] as { source: string }[]).map(({ source }) => source)).toEqual([
    sha('d'),
    sha('e'),
  ]);
  expect(first.stdout).not.toContain('updated_at');
});

test('rows for training come only from where training is allowed, and can be scored once answered', async () => {
  const { stdout, stderr } = await cli('instance', 'export', '--format', 'trainer');
  const [row, ...rest] = jsonLines(stdout);
  expect(rest).toEqual([]);
  expect(row).toMatchObject({
    id: 'octo-org__parser-30',
    context: { 'a.js': 'one\n' },
    oracle: { 'a.js': 'two\n' },
  });
  expect(stderr).toContain('1 left out');
  const edit = '### a.js\n<<<<<<< SEARCH\none\n=======\ntwo\n>>>>>>> REPLACE';
  const output = `<think>\nplain\n</think>\n<solution>\n\`\`\`\n${edit}\n\`\`\`\n</solution>`;
  const scored = await mendloop(['reward', '--in', '-'], { input: JSON.stringify({ ...row, output }) });
  expect(JSON.parse(scored.stdout)).toMatchObject({ id: 'octo-org__parser-30', reward: 1 });
});

test('a file appears whole, for its owner only, and nothing is left of one that cannot be written', async () => {
  const file = join(folder, 'out.jsonl');
  const { stdout } = await cli('instance', 'export');
  const written = await cli('instance', 'export', '--out', file);
  const refused = await cli('instance', 'export', '--out', join(folder, 'missing', 'out.jsonl'));
  expect(written).toMatchObject({ status: 0, stdout: '' });
  expect(await readFile(file, 'utf8')).toBe(stdout);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain('mendloop: input_invalid: the file of --out cannot be written');
  expect(await readdir(folder)).toEqual(['out.jsonl']);
});

test('`instance list` filters by repository and status', async () => {
  const all = await cli('instance', 'list', '--json');
  const rejected = await cli(
    'instance',
    'list',
    '--repo',
    'octo-org/PARSER',
    '--status',
    'rejected',
    '--json',
  );
  expect(JSON.parse(all.stdout)).toHaveLength(5);
  expect(JSON.parse(rejected.stdout)).toMatchObject([
    { instance_id: 'octo-org__parser-5', pull: 5, candidates: 0 },
  ]);
  expect((await cli('instance', 'list')).stdout).toMatch(/octo-org__parser-30 +ready +#7 +1 +1 +2\n/);
});

test('`instance show` tells one instance whole, or why there is none', async () => {
  const ready = await cli('instance', 'show', 'octo-org__parser-30');
  const rejected = await cli('instance', 'show', 'octo-org__parser-5', '--json');
  const missing = await cli('instance', 'show', 'octo-org__parser-6');
  expect(ready.stdout).toContain(`candidate  pr_revision ${sha('d')} paper/1 1\n`);
  expect(ready.stdout).toContain('At the second colon.');
  expect(JSON.parse(rejected.stdout)).toMatchObject({ instance: null, rejection: { reason: 'no_issue' } });
  expect(missing).toMatchObject({ status: 1, stdout: '' });
  expect(missing.stderr).toContain('mendloop: not_found: there is no instance octo-org__parser-6');
});

test('`rejection list` gives the reason in words', async () => {
  const { stdout } = await cli('rejection', 'list', '--reason', 'no_issue', '--json');
  expect(JSON.parse(stdout)).toEqual([
    { repo: 'octo-org/parser', pull: 5, reason: 'no_issue', detail: {}, why: 'No existing issue is linked.' },
  ]);
});

test('a reader that closes its end is no failure', async () => {
  const command = start(['instance', 'export'], {
    env: { DATABASE_URL: database.url, MENDLOOP_HOME: folder },
  });
  command.child.stdout?.destroy();
  expect(await command.ended).toMatchObject({ status: 0, stderr: '' });
});
