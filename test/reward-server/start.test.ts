import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import golden from '../fixtures/reward-golden.json' with { type: 'json' };
import {
  type Bundle,
  buildRewardServer,
  type Ended,
  runRewardServer,
  startRewardServer,
} from '../support/reward-server.ts';
import { oracleLines } from './rows.ts';

let bundle: Bundle;
let oracles: string;

beforeAll(async () => {
  bundle = await buildRewardServer();
  oracles = await bundle.write('oracles.jsonl', oracleLines);
});

afterAll(() => bundle[Symbol.asyncDispose]());

function end(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended> {
  return runRewardServer(bundle, env === undefined ? { args } : { args, env }).ended;
}

const usual = ['--formula', 'paper/1', '--port', '0', '--workers', '1'];

async function endOn(content: string | Uint8Array): Promise<Ended> {
  return end([...usual, '--oracles', await bundle.write('bad.jsonl', content)]);
}

test.each([
  ['a missing one', {}],
  ['an empty one', { MENDLOOP_REWARD_TOKEN: '' }],
  ['one that no header can carry', { MENDLOOP_REWARD_TOKEN: 'a b' }],
])('without a token that can be sent it does not start: %s', async (_name, env) => {
  const { status, stdout, stderr } = await end([...usual, '--oracles', oracles], env);
  expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
  expect(stderr).toContain('config_invalid: MENDLOOP_REWARD_TOKEN');
});

test.each([
  ['no oracles', usual, '--oracles is required'],
  ['no formula', ['--port', '0', '--oracles', 'x'], '--formula is required'],
  ['no port', ['--formula', 'paper/1', '--oracles', 'x'], '--port is required'],
  ['an unknown formula', ['--port', '0', '--oracles', 'x', '--formula', 'paper/9'], 'must be one of paper/1'],
  ['a wrong number', [...usual, '--oracles', 'x', '--workers', '0'], '--workers must be'],
  ['wrong seconds', [...usual, '--oracles', 'x', '--item-seconds', 'soon'], '--item-seconds must be'],
  ['an unknown flag', [...usual, '--oracles', 'x', '--nothing'], 'not understood'],
])('wrong usage has status 2: %s', async (_name, args, message) => {
  const { status, stderr } = await end(args);
  expect(status).toBe(2);
  expect(stderr).toContain(`usage: `);
  expect(stderr).toContain(message);
});

describe('oracles that cannot be used have status 1, and the message names the line alone', () => {
  const good = '{"id":"a","context":{},"oracle":{"f":"x"}}\n';
  test.each([
    ['no JSON', `${good}secret\n`, 'line 2: not a JSON object'],
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'line 1: not a JSON object'],
    ['an id that comes twice', `${good}\n${good}`, 'line 3: its id came before'],
    ['no id', '{"context":{},"oracle":{}}', 'line 1: id: not a text'],
    ['no context', '{"id":"a","oracle":{}}', 'line 1: context: not an object'],
    [
      'a wrong verdict',
      '{"id":"a","context":{},"oracle":{},"execution":{"verdict":"?"}}',
      'execution.verdict',
    ],
    [
      'a bare similarity',
      '{"id":"a","kind":"ratio","a":"","b":""}',
      'kind: not one of search_replace, unidiff',
    ],
    ['nothing', '\n', 'has no row'],
    ['a cut gzip', gzipSync(good.repeat(9)).subarray(0, 40), 'cannot be read'],
  ])('%s', async (_name, content, message) => {
    const { status, stdout, stderr } = await endOn(content);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^reward-server: input_invalid: /);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('secret');
  });

  test('a file that is not there', async () => {
    const { status, stderr } = await end([...usual, '--oracles', 'nowhere.jsonl']);
    expect(status).toBe(1);
    expect(stderr).toContain('the file of --oracles cannot be read');
  });
});

test('a port that is taken has status 3', async () => {
  await using first = await startRewardServer(bundle, { args: ['--oracles', oracles, ...usual.slice(0, 2)] });
  const { status, stderr } = await end([
    '--oracles',
    oracles,
    '--formula',
    'paper/1',
    '--port',
    String(first.port),
  ]);
  expect(status).toBe(3);
  expect(stderr).toContain(`cannot listen on port ${first.port}`);
});

describe('golden rows', () => {
  const rows = golden.cases.filter((row) => row.reward !== undefined).map((row) => JSON.stringify(row));

  test('are all met before it serves', async () => {
    const file = await bundle.write('golden.jsonl', rows.join('\n'));
    const args = ['--oracles', oracles, '--formula', 'paper/1', '--workers', '2', '--golden', file];
    await using server = await startRewardServer(bundle, { args });
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  test('one that differs in the last bit keeps it from serving, with the status of the driver', async () => {
    const wrong = JSON.stringify({ kind: 'ratio', a: 'xab', b: 'xb', reward: 0.8 + 2 ** -53 });
    const file = await bundle.write('golden.jsonl', [...rows, wrong].join('\n'));
    const { status, stdout, stderr } = await end([...usual, '--oracles', oracles, '--golden', file]);
    expect({ status, stdout }).toEqual({ status: 14, stdout: '' });
    expect(stderr).toContain(
      `1 of ${rows.length + 1} golden rewards differ, first in lines ${rows.length + 1}`,
    );
  });
});

test('help tells all flags', async () => {
  const { status, stdout } = await end(['--help']);
  expect(status).toBe(0);
  const source = readFileSync(bundle.file, 'utf8');
  const flags = [...source.matchAll(/^\t"?([a-z0-9-]+)"?: \{\n?\t*\s*type: "string"/gm)].map(
    ([, name]) => name,
  );
  expect(flags.length).toBeGreaterThan(9);
  for (const flag of flags) expect(stdout).toContain(`--${flag} `);
});
