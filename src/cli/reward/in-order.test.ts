import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inOrder } from './in-order.ts';

async function* numbers(count: number): AsyncGenerator<number> {
  for (let n = 0; n < count; n += 1) yield n;
}

test('results keep the order of the items, and no more than asked for are at work', async () => {
  let atWork = 0;
  let most = 0;
  const results: number[] = [];
  const work = async (n: number): Promise<number> => {
    atWork += 1;
    most = Math.max(most, atWork);
    await sleep(n % 3);
    atWork -= 1;
    return n;
  };
  for await (const n of inOrder(numbers(50), 4, work)) results.push(n);
  expect(results).toEqual(Array.from({ length: 50 }, (_, n) => n));
  expect(most).toBe(4);
});

test('a failure reaches the reader in its turn', async () => {
  const results: number[] = [];
  const work = async (n: number): Promise<number> => {
    if (n === 2) throw new Error('two');
    return n;
  };
  const read = async (): Promise<void> => {
    for await (const n of inOrder(numbers(9), 3, work)) results.push(n);
  };
  await expect(read()).rejects.toThrow('two');
  expect(results).toEqual([0, 1]);
});
