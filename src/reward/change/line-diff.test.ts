import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineDiff } from './line-diff.ts';

const someLines = fc.array(fc.constantFrom('a', 'b', 'c', '', '}', 'x = 1', 'y = 2'), { maxLength: 300 });

test('the changes turn one list of lines into the other, in order, never adjacent', () => {
  fc.assert(
    fc.property(someLines, someLines, (a, b) => {
      const changes = lineDiff(a, b);
      expect(applied(a, b, changes)).toEqual(b);
      for (const [index, change] of changes.entries()) {
        expect(change.aEnd - change.aStart + change.bEnd - change.bStart).toBeGreaterThan(0);
        if (index > 0) expect(change.aStart).toBeGreaterThan(changes[index - 1]?.aEnd ?? 0);
      }
    }),
  );
});

test('a change among equal lines is found as small as it is', () => {
  const a = ['x', '}', '', 'y', '}', '', 'z', '}', ''];
  const b = ['x', '}', '', 'Y', '}', '', 'z', '}', '', 'w'];
  expect(lineDiff(a, b)).toEqual([
    { aStart: 3, aEnd: 4, bStart: 3, bEnd: 4 },
    { aStart: 9, aEnd: 9, bStart: 9, bEnd: 10 },
  ]);
});

test('lines that stand once on each side hold a long gap together', () => {
  const a = Array.from({ length: 500 }, (_, index) => (index % 5 === 0 ? `key ${index}` : 'same'));
  const b = a.map((line, index) => (index % 50 === 7 ? 'other' : line));
  const changes = lineDiff(['first', ...a, 'last'], ['start', ...b, 'end']);
  expect(changes).toHaveLength(12);
  expect(changes.every(({ aStart, aEnd }) => aEnd - aStart === 1)).toBe(true);
});

function applied(a: readonly string[], b: readonly string[], changes: ReturnType<typeof lineDiff>): string[] {
  const lines: string[] = [];
  let at = 0;
  for (const { aStart, aEnd, bStart, bEnd } of changes) {
    lines.push(...a.slice(at, aStart), ...b.slice(bStart, bEnd));
    at = aEnd;
  }
  return [...lines, ...a.slice(at)];
}
