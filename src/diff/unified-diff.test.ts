import { expect, test } from 'vitest';
import { lineChanges, unifiedDiff } from './unified-diff.ts';

test('equal lists have no diff', () => {
  expect(unifiedDiff(['a', 'b'], ['a', 'b'])).toEqual([]);
});

test('a hunk shows three lines around the change', () => {
  expect(
    unifiedDiff(['1', '2', '3', '4', '5', '6', '7', '8', '9'], ['1', '2', '3', '4', 'x', '6', '7', '8', '9']),
  ).toEqual(['@@ -2,7 +2,7 @@', ' 2', ' 3', ' 4', '-5', '+x', ' 6', ' 7', ' 8']);
});

test('changes share a hunk up to six equal lines between them', () => {
  const lines = Array.from({ length: 12 }, (_, index) => `${index}`);
  expect(hunks(lines, changed(lines, [1, 8]))).toBe(1);
  expect(hunks(lines, changed(lines, [1, 9]))).toBe(2);
});

test('an empty side names the line before it', () => {
  expect(unifiedDiff([], ['a', 'b'])[0]).toBe('@@ -0,0 +1,2 @@');
  expect(unifiedDiff(['a'], [])[0]).toBe('@@ -1 +0,0 @@');
});

test('from 200 lines on, a popular line starts no match', () => {
  const popular = Array.from({ length: 200 }, () => 'same');
  expect(lineChanges(['x', ...popular], popular)).toEqual([{ aStart: 0, aEnd: 201, bStart: 0, bEnd: 200 }]);
  expect(lineChanges(['x', ...popular], popular.slice(1))).toEqual([
    { aStart: 0, aEnd: 1, bStart: 0, bEnd: 0 },
    { aStart: 200, aEnd: 201, bStart: 199, bEnd: 199 },
  ]);
});

function changed(lines: readonly string[], places: readonly number[]): string[] {
  return lines.map((line, index) => (places.includes(index) ? 'x' : line));
}

function hunks(a: readonly string[], b: readonly string[]): number {
  return unifiedDiff(a, b).filter((line) => line.startsWith('@@')).length;
}
