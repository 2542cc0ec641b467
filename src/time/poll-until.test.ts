import { expect, test } from 'vitest';
import { pause, pollUntil } from './poll-until.ts';

test('returns the first answer that is neither null nor false', async () => {
  const answers = [null, false, 'ready', 'later'] as const;
  let looks = 0;
  expect(await pollUntil(() => answers[looks++] ?? null, { intervalMs: 1 })).toBe('ready');
  expect(looks).toBe(3);
});

test('an answer may be 0 or empty', async () => {
  expect(await pollUntil(() => 0, { intervalMs: 1 })).toBe(0);
  expect(await pollUntil(async () => '', { intervalMs: 1 })).toBe('');
});

test('looks once more when the deadline is over, and returns null', async () => {
  const start = performance.now();
  const times: number[] = [];
  const look = (): false => {
    times.push(performance.now() - start);
    return false;
  };
  expect(await pollUntil(look, { intervalMs: 40, timeoutMs: 100 })).toBeNull();
  expect(times.at(-1)).toBeGreaterThanOrEqual(100);
  expect(times[0]).toBeLessThan(times.at(-1) ?? 0);
});

test('looks exactly once without time', async () => {
  let looks = 0;
  await pollUntil(() => (looks++, false), { intervalMs: 1, timeoutMs: 0 });
  expect(looks).toBe(1);
});

test('an aborted signal ends a long pause at once', async () => {
  const stopping = new AbortController();
  const polling = pollUntil(() => null, { intervalMs: 60_000, signal: stopping.signal });
  stopping.abort();
  expect(await polling).toBeNull();
  await pause(60_000, stopping.signal);
});

test('an error of the look ends the polling', async () => {
  await expect(pollUntil(() => Promise.reject(new Error('lost')), { intervalMs: 1 })).rejects.toThrow('lost');
});
