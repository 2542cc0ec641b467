import { expect, test } from 'vitest';
import { ratio } from './similarity.ts';

test('equal texts have similarity 1, empty ones too', () => {
  expect(ratio('', '')).toBe(1);
  expect(ratio('abc', 'abc')).toBe(1);
});

test('a text and nothing have similarity 0', () => {
  expect(ratio('abc', '')).toBe(0);
  expect(ratio('', 'abc')).toBe(0);
});

test('the order of the arguments matters', () => {
  expect(ratio('tide', 'diet')).toBe(0.25);
  expect(ratio('diet', 'tide')).toBe(0.5);
});

test('symbols that are frequent in a text of 200 and more still match', () => {
  expect(ratio(`x${'ab'.repeat(150)}`, 'ab'.repeat(150))).toBe(600 / 601);
});

test('a character outside the basic plane is one symbol', () => {
  expect(ratio('\u{1F600}', '\u{1F601}')).toBe(0);
  expect(ratio('a\u{1F600}', 'b\u{1F600}')).toBe(0.5);
});

test('fifty thousand blocks of one symbol are one chain, not fifty thousand searches', () => {
  expect(ratio('ab'.repeat(50_000), 'acbd'.repeat(25_000))).toBe(0.5);
  expect(ratio('ab'.repeat(50_000), 'ba'.repeat(50_000))).toBe((2 * 99_999) / 200_000);
});

test('blocks that grow or shrink one by one nest deeply without a deep call stack', () => {
  const sizes = Array.from({ length: 200 }, (_, index) => index + 1);
  const growing = (end: string): string => sizes.map((size) => 'a'.repeat(size) + end).join('');
  const shrinking = (end: string): string =>
    sizes
      .toReversed()
      .map((size) => 'a'.repeat(size) + end)
      .join('');
  expect(ratio(growing('b'), growing('c'))).toBe((2 * 20_100) / (2 * 20_300));
  expect(ratio(shrinking('b'), shrinking('c'))).toBe((2 * 20_100) / (2 * 20_300));
});
