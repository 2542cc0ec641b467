import net from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { framed, huge, mebibyte, peakMemory, sendHuge } from '../support/huge-body.ts';
import {
  type Bundle,
  buildRewardServer,
  type RewardServerProcess,
  rewardToken,
  startRewardServer,
} from '../support/reward-server.ts';
import { metric, score, send } from './post.ts';
import { answerRows, oracleLines } from './rows.ts';

const spec = 'a'.repeat(64);

let bundle: Bundle;
let server: RewardServerProcess;

beforeAll(async () => {
  bundle = await buildRewardServer();
  const oracles = await bundle.write('oracles.jsonl', oracleLines);
  const limits = ['--queue', '100', '--body-seconds', '2', '--spec-sha256', spec];
  server = await startRewardServer(bundle, {
    args: ['--oracles', oracles, '--formula', 'paper/1', '--workers', '2', ...limits],
  });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await bundle[Symbol.asyncDispose]();
});

const item = { k: '0', id: answerRows[0]?.id ?? '', text: '' };

test.each([
  ['no JSON', '{"items":[', 'not a JSON object'],
  ['no object', '[]', 'not a JSON object'],
  ['not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'not a JSON object'],
  ['no items', '{}', 'items: not an array'],
  [
    'an item without a text',
    JSON.stringify({ items: [item, { k: '1', id: 'x' }] }),
    'items[1]: not an object',
  ],
  ['a number as a key', JSON.stringify({ items: [{ ...item, k: 0 }] }), 'items[0]: not an object'],
  ['a key that comes twice', JSON.stringify({ items: [item, item] }), 'a k comes twice'],
  [
    'a specification of another type',
    JSON.stringify({ items: [], spec_sha256: 1 }),
    'spec_sha256: not a text',
  ],
])('400: %s', async (_name, body, message) => {
  const response = await send(server, body);
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ error: expect.stringContaining(message) as string });
});

test.each([
  ['none', { authorization: '' }],
  ['another', { authorization: `Bearer ${rewardToken}x` }],
  ['the right one in another scheme', { authorization: `Basic ${rewardToken}` }],
])('401: the token is %s', async (_name, headers) => {
  const response = await send(server, JSON.stringify({ items: [item] }), headers);
  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toBe('Bearer');
});

test('404, 405 and 415', async () => {
  const get = await fetch(`${server.url}/v1/score`);
  expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
  expect((await fetch(`${server.url}/metrics`, { method: 'POST' })).status).toBe(405);
  expect((await fetch(`${server.url}/v1/other`)).status).toBe(404);
  expect((await fetch(`${server.url}/__proto__`)).status).toBe(404);
  expect((await send(server, '{}', { 'content-type': 'text/plain' })).status).toBe(415);
});

test('409: a request for another specification is not scored', async () => {
  expect((await send(server, JSON.stringify({ spec_sha256: 'b'.repeat(64), items: [] }))).status).toBe(409);
  expect((await send(server, JSON.stringify({ spec_sha256: spec, items: [] }))).status).toBe(200);
});

test('413: more items than may ever wait', async () => {
  const items = Array.from({ length: 101 }, (_, k) => ({ ...item, k: String(k) }));
  expect((await send(server, JSON.stringify({ items }))).status).toBe(413);
  expect(await score(server, items.slice(1))).toHaveLength(100);
});

test('a body of 200 MB is refused, announced or not, and costs the server less than 10 MB', async () => {
  for (let round = 0; round < 50; round += 1) await score(server, [item]);
  const before = await peakMemory(server.pid);
  const announced = await sendHuge(server.port, head(`content-length: ${huge}`), (chunk) => chunk);
  const chunked = await sendHuge(server.port, head('transfer-encoding: chunked'), framed);
  expect([announced, chunked]).toEqual([413, 411]);
  expect((await peakMemory(server.pid)) - before).toBeLessThan(10_000_000);
});

test('a body of 32 MB is read, and one byte more is not', async () => {
  const empty = JSON.stringify({ items: [item] });
  const items = [{ ...item, text: 'x'.repeat(32 * mebibyte - empty.length) }];
  expect((await send(server, JSON.stringify({ items }))).status).toBe(200);
  items[0] = { ...item, text: `${items[0]?.text}x` };
  expect((await send(server, JSON.stringify({ items }))).status).toBe(413);
});

test('a body that comes too slowly is given up, and costs the others nothing', async () => {
  const started = performance.now();
  const socket = net.connect(server.port, '127.0.0.1');
  socket.write(head('content-length: 1000'));
  const drip = setInterval(() => socket.write(' '), 100);
  const said: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => said.push(chunk));
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  expect(await score(server, [item])).toHaveLength(1);
  await closed;
  clearInterval(drip);
  expect(Buffer.concat(said).toString()).toMatch(/^HTTP\/1\.1 408 /);
  expect(performance.now() - started).toBeLessThan(10_000);
  expect(await score(server, [item])).toHaveLength(1);
});

test('requests are counted by their status', async () => {
  expect(await metric(server, 'mendloop_reward_requests_total{status="400"}')).toBeGreaterThan(5);
  expect(await metric(server, 'mendloop_reward_requests_total{status="401"}')).toBe(3);
});

function head(length: string): string {
  return (
    `POST /v1/score HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n` +
    `authorization: Bearer ${rewardToken}\r\n${length}\r\n\r\n`
  );
}
