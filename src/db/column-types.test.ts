import { expect, test } from 'vitest';
import { columnTypes, parseBigint } from './column-types.ts';

test('a bigint is a number as long as no digit is lost', () => {
  expect(parseBigint('-9007199254740991')).toBe(-9_007_199_254_740_991);
  expect(() => parseBigint('9007199254740993')).toThrow(expect.objectContaining({ code: 'input_invalid' }));
});

test('a day is a text, in whatever zone the machine is', () => {
  expect(columnTypes.getTypeParser(1082)('2026-11-25')).toBe('2026-11-25');
});
