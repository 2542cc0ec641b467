import { expect, test } from 'vitest';
import { randomFrom } from '../../../domain/random.ts';
import { rangeSuccessor } from './range-successor.ts';
import { commonPrefixes, suffixArray } from './suffix-array.ts';

const random = randomFrom('suffixes');

function randomText(): { text: Int32Array; alphabet: number } {
  const alphabet = 1 + random(5);
  const length = 1 + random([4, 30, 300][random(3)] as number);
  return { text: Int32Array.from({ length }, () => random(alphabet)), alphabet };
}

function compareSuffixes(text: Int32Array, one: number, other: number): number {
  const shared = sharedSymbols(text, one, other);
  if (Math.max(one, other) + shared === text.length) return other - one;
  return (text[one + shared] as number) - (text[other + shared] as number);
}

function sharedSymbols(text: Int32Array, one: number, other: number): number {
  let shared = 0;
  while (Math.max(one, other) + shared < text.length && text[one + shared] === text[other + shared])
    shared += 1;
  return shared;
}

test('suffixes come in their order, with what neighbours share', () => {
  for (let round = 0; round < 2000; round += 1) {
    const { text, alphabet } = randomText();
    const order = suffixArray(text, alphabet);
    const sorted = Int32Array.from(text, (_, index) => index);
    sorted.sort((one, other) => compareSuffixes(text, one, other));
    expect(order).toEqual(sorted);
    const rank = new Int32Array(text.length);
    for (const [index, start] of order.entries()) rank[start] = index;
    const shared = order.map((start, index) =>
      index === 0 ? 0 : sharedSymbols(text, order[index - 1] as number, start),
    );
    expect(commonPrefixes(text, order, rank)).toEqual(shared);
  }
});

test('the smallest value of a range from a limit on, in short and in long ranges', () => {
  for (let round = 0; round < 300; round += 1) {
    const { text, alphabet } = randomText();
    const values = suffixArray(text, alphabet);
    const successor = rangeSuccessor(values);
    for (let query = 0; query < 20; query += 1) {
      const from = random(values.length);
      const to = from + random(values.length - from);
      const low = random(values.length + 2);
      const inRange = [...values.subarray(from, to + 1)].filter((value) => value >= low);
      expect(successor(from, to, low)).toBe(inRange.length === 0 ? -1 : Math.min(...inRange));
    }
  }
});
