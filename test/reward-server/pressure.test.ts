import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mebibyte, peakMemory } from '../support/huge-body.ts';
import {
  type Bundle,
  buildRewardServer,
  type RewardServerProcess,
  type ServerCall,
  startRewardServer,
} from '../support/reward-server.ts';
import { type Item, metric, metrics, score, send } from './post.ts';

const faulty = path.join(import.meta.dirname, 'faulty-server.ts');

let bundle: Bundle;
let oracles: string;

beforeAll(async () => {
  bundle = await buildRewardServer();
  // Random letters have no structure that a matcher could use: 1 MB of them takes it a while.
  const heavy = { id: 'heavy', kind: 'unidiff', oracle: [diff(letters(1, 1_000_000))] };
  const light = { id: 'light', kind: 'unidiff', oracle: [diff('a line')] };
  oracles = await bundle.write('oracles.jsonl', [heavy, light].map((row) => JSON.stringify(row)).join('\n'));
});

afterAll(() => bundle[Symbol.asyncDispose]());

function start(args: readonly string[], call: Partial<ServerCall> = {}): Promise<RewardServerProcess> {
  return startRewardServer(bundle, {
    ...call,
    args: ['--oracles', oracles, '--formula', 'paper/1', ...args],
  });
}

const heavyItem = { id: 'heavy', text: diff(letters(2, 1_000_000)) };
const lightItem = { id: 'light', text: diff('another line') };

function batch(count: number, item: Omit<Item, 'k'>): Item[] {
  return Array.from({ length: count }, (_, index) => ({ ...item, k: String(index) }));
}

test('under twenty times what may wait it answers 429 with Retry-After, and does not grow', async () => {
  await using server = await start(['--workers', '1', '--queue', '512']);
  const body = JSON.stringify({ items: batch(512, { id: 'light', text: diff(letters(3, 4000)) }) });
  const counts = await overload(server, body, 800);

  expect(800 * body.length).toBeGreaterThan(1.5 * 1024 * mebibyte);
  expect(await peakMemory(server.pid)).toBeLessThan(512 * mebibyte);
  expect([...counts.keys()].toSorted()).toEqual([200, 429]);
  expect(counts.get(429)).toBeGreaterThan(400);
  expect(await metric(server, 'mendloop_reward_queue_depth')).toBe(0);
});

test('bodies that together are too large are refused before they are read', async () => {
  await using server = await start(['--workers', '1']);
  const body = JSON.stringify({ items: batch(1, { id: 'light', text: 'x'.repeat(30 * mebibyte) }) });
  const statuses = await Promise.all(Array.from({ length: 12 }, () => statusOf(server, body)));
  const refused = statuses.filter(({ status }) => status === 429).length;
  expect(statuses.every(({ status }) => status === 200 || status === 429)).toBe(true);
  expect(refused).toBeGreaterThan(0);
  expect(await peakMemory(server.pid)).toBeLessThan(1024 * mebibyte);
});

test('the work of a client that hangs up ends within a second', async () => {
  await using server = await start(['--workers', '2']);
  const body = JSON.stringify({ items: batch(20, heavyItem) });
  const client = new AbortController();
  const left = send(server, body, {}, client.signal).catch(() => 'hung up');
  await expect.poll(() => metric(server, 'mendloop_reward_running'), { timeout: 20_000 }).toBe(2);
  const scored = 'mendloop_reward_items_total{outcome="scored"}';
  client.abort();
  const started = performance.now();
  expect(await left).toBe('hung up');
  await expect
    .poll(
      async () => {
        const now = await metrics(server);
        return [now['mendloop_reward_running'], now['mendloop_reward_queue_depth']];
      },
      { timeout: 20_000, interval: 20 },
    )
    .toEqual([0, 0]);
  expect(performance.now() - started).toBeLessThan(1000);
  expect(await metrics(server)).toMatchObject({
    'mendloop_reward_items_total{outcome="cancelled"}': expect.any(Number) as number,
    mendloop_reward_requests_cancelled_total: 1,
  });
  expect(await metric(server, scored)).toBeLessThan(20);
  expect(await score(server, batch(1, lightItem))).toMatchObject([{ ok: true }]);
});

test('an item that takes too long is answered as timed out, its neighbours have their scores', async () => {
  await using server = await start(['--workers', '1', '--item-seconds', '0.05']);
  const items = [
    { ...heavyItem, k: 'heavy' },
    { ...lightItem, k: 'light' },
  ];
  const scores = await score(server, items);
  expect(scores[0]).toEqual({ k: 'heavy', ok: false, score: null, reason: 'timed_out' });
  expect(scores[1]).toMatchObject({ k: 'light', ok: true });
  expect(await metric(server, 'mendloop_reward_items_total{outcome="timed_out"}')).toBe(1);
});

test('a worker that dies is replaced; its item failed, the others have their scores', async () => {
  await using server = await start(['--workers', '2'], { entry: faulty });
  const dying = { k: 'die', id: 'light', text: 'die' };
  const scores = await score(server, [...batch(30, lightItem), dying, { ...dying, k: 'again' }]);
  expect(scores.slice(0, 30).every(({ ok }) => ok)).toBe(true);
  expect(scores.slice(30).map(({ reason }) => reason)).toEqual(['failed', 'failed']);
  await expect.poll(() => metric(server, 'mendloop_reward_workers_replaced_total')).toBe(2);
  expect((await score(server, batch(30, lightItem))).every(({ ok }) => ok)).toBe(true);
  expect(await metric(server, 'mendloop_reward_workers')).toBe(2);
});

test('a worker that heeds nothing is ended after its time', async () => {
  await using server = await start(['--workers', '1', '--item-seconds', '0.2'], { entry: faulty });
  const scores = await score(server, [{ k: 'hang', id: 'light', text: 'hang' }, ...batch(3, lightItem)]);
  expect(scores.map(({ reason = 'scored' }) => reason)).toEqual(['timed_out', 'scored', 'scored', 'scored']);
  expect(await metric(server, 'mendloop_reward_workers_replaced_total')).toBe(1);
});

test('a client that hangs up frees a worker that heeds nothing within a second, too', async () => {
  await using server = await start(['--workers', '1'], { entry: faulty });
  const client = new AbortController();
  const body = JSON.stringify({ items: [{ k: 'hang', id: 'light', text: 'hang' }] });
  const left = send(server, body, {}, client.signal).catch(() => 'hung up');
  await expect.poll(() => metric(server, 'mendloop_reward_running')).toBe(1);
  client.abort();
  const started = performance.now();
  await left;
  await expect.poll(() => metric(server, 'mendloop_reward_running'), { interval: 20 }).toBe(0);
  expect(performance.now() - started).toBeLessThan(1000);
});

test('on SIGTERM it answers what is at work, refuses what is new, and ends', async () => {
  await using server = await start(['--workers', '1']);
  const atWork = send(server, JSON.stringify({ items: batch(3, heavyItem) }));
  await expect.poll(() => metric(server, 'mendloop_reward_running'), { timeout: 20_000 }).toBe(1);
  server.child.kill('SIGTERM');
  await expect.poll(async () => (await fetch(`${server.url}/healthz`)).status).toBe(503);
  const refused = await send(server, JSON.stringify({ items: batch(1, lightItem) }));
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  const { scores } = (await (await atWork).json()) as { scores: { ok: boolean }[] };
  expect(scores.map(({ ok }) => ok)).toEqual([true, true, true]);
  expect(await server.ended).toMatchObject({
    status: 0,
    stderr: 'reward-server: draining\nreward-server: stopped\n',
  });
});

test('a drain that takes too long is cut', async () => {
  await using server = await start(['--workers', '1', '--drain-seconds', '0.3'], { entry: faulty });
  const body = JSON.stringify({ items: [{ k: 'hang', id: 'light', text: 'hang' }] });
  const atWork = send(server, body);
  await expect.poll(() => metric(server, 'mendloop_reward_running')).toBe(1);
  server.child.kill('SIGTERM');
  const { scores } = (await (await atWork).json()) as { scores: object[] };
  expect(scores).toEqual([{ k: 'hang', ok: false, score: null, reason: 'cancelled' }]);
  expect((await server.ended).status).toBe(0);
});

/** Twenty clients, each of which posts again as soon as it has an answer; how often each status came. */
async function overload(
  server: RewardServerProcess,
  body: string,
  requests: number,
): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  let left = requests;
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      for (; left > 0; left -= 1) {
        const { status, retryAfter } = await statusOf(server, body);
        counts.set(status, (counts.get(status) ?? 0) + 1);
        expect(retryAfter).toBe(status === 429 ? '1' : null);
      }
    }),
  );
  return counts;
}

async function statusOf(
  server: RewardServerProcess,
  body: string,
): Promise<{ status: number; retryAfter: string | null }> {
  const response = await send(server, body);
  await response.arrayBuffer();
  if (response.status === 429) await sleep(10);
  return { status: response.status, retryAfter: response.headers.get('retry-after') };
}

function diff(text: string): string {
  return `--- a/f\n+++ b/f\n@@ -0,0 +1 @@\n+${text}\n`;
}

/** Letters of a fixed sequence. */
function letters(seed: number, count: number): string {
  let state = seed;
  const codes = Buffer.alloc(count);
  for (let at = 0; at < count; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    codes[at] = 0x61 + ((state >>> 16) % 26);
  }
  return codes.toString('latin1');
}
