import { expect, test } from 'vitest';
import { distance } from './fingerprint.ts';

test('the largest difference of a shared token counts, over all prompts', () => {
  const one = [{ a: -0.1, b: -2 }, { c: -1 }];
  const other = [{ a: -0.2, b: -2.5 }, { c: -1.25 }];
  expect(distance(one, other)).toBeCloseTo(0.5);
});

test('another likeliest token is no small difference, from either side', () => {
  const one = [{ a: -0.1, b: -3 }];
  const other = [{ b: -0.2, c: -3 }];
  expect(distance(one, other)).toBe(Number.POSITIVE_INFINITY);
  expect(distance(other, one)).toBe(Number.POSITIVE_INFINITY);
});

test('no answer, or another number of prompts, is like nothing', () => {
  expect(distance([{}], [{}])).toBe(Number.POSITIVE_INFINITY);
  expect(distance([{ a: -1 }], [])).toBe(Number.POSITIVE_INFINITY);
});
