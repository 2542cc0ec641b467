import { expect, test } from 'vitest';
import { countsAsSecond } from './stopping.ts';

test('signals of one moment are one request, a later one requests the immediate end', () => {
  expect(countsAsSecond(null, 5000)).toBe(false);
  expect(countsAsSecond(5000, 5000)).toBe(false);
  expect(countsAsSecond(5000, 5900)).toBe(false);
  expect(countsAsSecond(5000, 6100)).toBe(true);
});
