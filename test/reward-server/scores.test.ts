import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formulaNames } from '../../src/reward/formulas.ts';
import { scoreRow } from '../../src/reward/rows.ts';
import { type Bundle, buildRewardServer, startRewardServer } from '../support/reward-server.ts';
import { type ItemScore, metrics, score } from './post.ts';
import { answerRows, oracleLines, scoringRow } from './rows.ts';

let bundle: Bundle;
let oracles: string;

beforeAll(async () => {
  bundle = await buildRewardServer();
  oracles = await bundle.write('oracles.jsonl.gz', gzipSync(oracleLines));
});

afterAll(() => bundle[Symbol.asyncDispose]());

function arguments_(formula: string): string[] {
  return ['--oracles', oracles, '--formula', formula, '--workers', '2'];
}

/** Node 20 or newer that the machine has besides ours. */
function machinesNode(): string | null {
  const folders = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((one) => !one.includes('node_modules'));
  const found = folders.map((folder) => path.join(folder, 'node')).find((file) => existsSync(file));
  if (found === undefined) return null;
  const version = spawnSync(found, ['--version'], { encoding: 'utf8' }).stdout;
  return Number(/^v(\d+)/.exec(version)?.[1]) >= 20 ? found : null;
}

const nodes = [process.execPath, machinesNode()].filter((node) => node !== null);
const items = answerRows.map(({ id, text }, index) => ({ k: `k${index}`, id, text }));

describe.each(nodes)('the server on %s', (node) => {
  test.each(formulaNames)('gives every golden vector its %s', async (formula) => {
    await using server = await startRewardServer(bundle, { node, args: arguments_(formula) });
    const scores = await score(server, items);
    const expected = answerRows.map((row) => scoreRow(scoringRow(row), formula));

    expect(items.length).toBeGreaterThan(20);
    expect(scores.map(({ k }) => k)).toEqual(items.map(({ k }) => k));
    expect(scores.map((one) => [one.ok, one.score, one.error, one.flags?.['hack']])).toEqual(
      expected.map((row) => [true, row.reward, row.error, 'hack' in row ? row.hack : undefined]),
    );
    expect(scores.map(({ flags }) => flags?.['similarity'])).toEqual(
      expected.map((row) => ('parts' in row ? (row.parts as { change: number | null }).change : null) ?? 0),
    );
  });
});

test('the bundle is one file that imports Node only', () => {
  const text = readFileSync(bundle.file, 'utf8');
  const imported = [...text.matchAll(/^(?:import|export) .* from "([^"]+)";$/gm)].map(
    ([, name]) => name ?? '',
  );
  expect(imported.length).toBeGreaterThan(3);
  expect(imported.filter((name) => !builtinModules.includes(name.replace(/^node:/, '')))).toEqual([]);
  expect(text).not.toMatch(/\brequire\(|\bimport\(/);
});

test('scores are the same every time, but for the milliseconds', async () => {
  await using server = await startRewardServer(bundle, { args: arguments_('paper/1') });
  const first = await score(server, items);
  const again = await score(server, items.toReversed());
  expect(again.toReversed().map(withoutTime)).toEqual(first.map(withoutTime));
});

test('an item without an oracle is answered in its place, the others have their scores', async () => {
  await using server = await startRewardServer(bundle, { args: arguments_('paper/1') });
  const [first, second] = items as [(typeof items)[number], (typeof items)[number]];
  const scores = await score(server, [first, { k: 'lost', id: 'no-such-id', text: first.text }, second]);
  expect(scores[1]).toEqual({ k: 'lost', ok: false, score: null, reason: 'unknown_id' });
  expect([scores[0]?.ok, scores[2]?.ok]).toEqual([true, true]);
  expect(await score(server, [])).toEqual([]);
});

test('flags say what an answer looks like', async () => {
  const oracle = { id: 'one', context: { a: 'x\ny\n', b: 'x\n' }, oracle: { a: 'x\nz\n' } };
  const file = await bundle.write('flags.jsonl', JSON.stringify(oracle));
  const args = ['--oracles', file, '--formula', 'paper/1', '--workers', '1'];
  await using server = await startRewardServer(bundle, { args });
  const texts = [
    answer('a', 'y', 'z'),
    answer('b', 'x', 'long '.repeat(20)),
    answer('a', 'x', 'x '.trimEnd()),
    '<think>\nI go on and',
    'no form at all',
    answer('a', 'y', 'z'),
  ];
  const scores = await score(
    server,
    texts.map((text, index) => ({ k: String(index), id: 'one', text })),
  );

  expect(scores.map(withoutTime)).toMatchObject([
    { score: 1, flags: { format_error: 0, files: 1, wrong_files: 0, length_ratio: 1, truncated: 0 } },
    { score: 0, flags: { files: 2, wrong_files: 1, empty_diff: 0 } },
    { score: -1, error: 'search_equals_replace', flags: { format_error: 1, files: 0, length_ratio: 0 } },
    { score: -1, error: 'tag_count', flags: { format_error: 1, truncated: 1, similarity: 0 } },
    { score: -1, error: 'tag_count', flags: { format_error: 1, truncated: 0 } },
    { score: 1 },
  ]);
  expect(scores[1]?.flags?.['hack']).toBe('outside_oracle_lines');
  expect(scores[1]?.flags?.['length_ratio']).toBeGreaterThan(2);
  expect(await metrics(server)).toMatchObject({
    'mendloop_reward_requests_total{status="200"}': 1,
    'mendloop_reward_items_total{outcome="scored"}': 6,
    mendloop_reward_format_errors_total: 3,
    mendloop_reward_duplicates_total: 1,
    mendloop_reward_length_ratio_count: 3,
    mendloop_reward_queue_depth: 0,
    mendloop_reward_workers: 1,
  });
});

test('health names the formula and the hash of the oracles file, without a token', async () => {
  await using server = await startRewardServer(bundle, { args: arguments_('paper/1') });
  const response = await fetch(`${server.url}/healthz`);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    status: 'ok',
    formula: 'paper/1',
    oracles: answerRows.length,
    oracles_sha256: createHash('sha256').update(readFileSync(oracles)).digest('hex'),
    spec_sha256: null,
    workers: 2,
  });
});

test('neither an id nor a text nor the token is in metrics or logs', async () => {
  const server = await startRewardServer(bundle, { args: arguments_('paper/1') });
  const secret = 'a-text-that-nobody-may-read';
  await score(server, [
    { k: 'k', id: items[0]?.id ?? '', text: secret },
    { k: 'l', id: 'id-that-is-secret', text: '' },
  ]);
  const shown = await (await fetch(`${server.url}/metrics`)).text();
  server.child.kill('SIGTERM');
  const { status, stdout, stderr } = await server.ended;
  expect(status).toBe(0);
  expect(`${shown}${stdout}${stderr}`).not.toMatch(/golden-|a-text-that|id-that|token-of-the-tests/);
});

function answer(file: string, search: string, replace: string): string {
  const block = `\`\`\`\n### ${file}\n<<<<<<< SEARCH\n${search}\n=======\n${replace}\n>>>>>>> REPLACE\n\`\`\``;
  return `<think>\nt\n</think>\n<solution>\n${block}\n</solution>`;
}

function withoutTime({ flags, ...rest }: ItemScore): object {
  const { ms, ...others } = flags ?? {};
  if (flags !== undefined) expect(ms).toBeGreaterThanOrEqual(0);
  return { ...rest, flags: others };
}
