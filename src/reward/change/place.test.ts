import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeDice, placeOf } from './place.ts';

const someBlocks = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 9 })), {
  minLength: 1,
});

test('is what counting the lines one by one gives', () => {
  fc.assert(
    fc.property(someBlocks, someBlocks, (one, other) => {
      const [a, b] = [linesOf(one), linesOf(other)];
      const common = [...a].filter((line) => b.has(line)).length;
      const expected = (2 * common) / (a.size + b.size);
      expect(placeDice(placeOf(blocks(one)), placeOf(blocks(other)))).toBe(expected);
    }),
  );
});

type Lines = readonly (readonly [oldStart: number, removed: number])[];

function blocks(lines: Lines) {
  return lines.map(([oldStart, size]) => ({
    oldStart,
    removed: Array.from({ length: size }, () => 'line'),
    added: [],
    hunk: [],
  }));
}

function linesOf(lines: Lines): Set<number> {
  return new Set(
    lines.flatMap(([start, size]) => Array.from({ length: size + 6 }, (_, index) => start - 3 + index)),
  );
}
