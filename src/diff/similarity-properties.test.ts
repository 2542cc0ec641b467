import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchingBlocks, ratio } from './similarity.ts';

/** Few symbols make ties and repeats; an astral one and an unpaired surrogate take two units and one. */
const fewSymbols = fc
  .array(fc.constantFrom('a', 'b', 'c', '\n', '\u{1F600}', '\ud83d', '\u0301'), { maxLength: 120 })
  .map((symbols) => symbols.join(''));
const periodic = fc
  .tuple(fc.string({ minLength: 1, maxLength: 6 }), fc.nat(60), fc.string({ maxLength: 8 }))
  .map(([period, times, rest]) => `${period.repeat(times)}${rest}${period}`);
const anyText = fc.oneof(fewSymbols, periodic, fc.string({ unit: 'binary', maxLength: 200 }), fc.string());
const pairs = fc.oneof(
  fc.tuple(anyText, anyText),
  fc.tuple(fewSymbols, fewSymbols),
  fc.tuple(periodic, periodic),
);

/** A repeatable run of every commit; `npm test -- --full` looks ten times as long. */
const options = { numRuns: process.env['MENDLOOP_TEST_FULL'] === '1' ? 10_000 : 1000 };

describe('the similarity', () => {
  test('lies between 0 and 1', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        expect(ratio(a, b)).toBeGreaterThanOrEqual(0);
        expect(ratio(a, b)).toBeLessThanOrEqual(1);
      }),
      options,
    );
  });

  test('is 1 for equal texts and for no others', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        expect(ratio(a, Buffer.from(a, 'utf16le').toString('utf16le'))).toBe(1);
        expect(ratio(a, b) === 1).toBe(a === b);
      }),
      options,
    );
  });

  test('is 0 against an empty text, and where no code point is shared', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        fc.pre(text !== '');
        expect(ratio(text, '')).toBe(0);
        expect(ratio('', text)).toBe(0);
        expect(ratio('x'.repeat(text.length), text.replaceAll('x', 'y'))).toBe(0);
      }),
      options,
    );
  });

  test('is 2·M/T of the blocks that are reported, in both orders of the arguments', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        expect(ratio(a, b)).toBe(ratioOfBlocks(a, b));
        expect(ratio(b, a)).toBe(ratioOfBlocks(b, a));
      }),
      options,
    );
  });

  test('is at most what the code points allow in any order', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        expect(ratio(a, b)).toBeLessThanOrEqual(ratioOfBags(a, b));
      }),
      options,
    );
  });

  test('may depend on the order of the arguments', () => {
    expect([ratio('tide', 'diet'), ratio('diet', 'tide')]).toEqual([0.25, 0.5]);
  });
});

describe('the matching blocks', () => {
  test('stand in order, overlap on neither side and hold equal text', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const [left, right] = [Array.from(a), Array.from(b)];
        let [aEnd, bEnd] = [0, 0];
        for (const { aStart, bStart, size } of matchingBlocks(a, b)) {
          expect(size).toBeGreaterThan(0);
          expect(aStart).toBeGreaterThanOrEqual(aEnd);
          expect(bStart).toBeGreaterThanOrEqual(bEnd);
          [aEnd, bEnd] = [aStart + size, bStart + size];
          expect(left.slice(aStart, aEnd)).toEqual(right.slice(bStart, bEnd));
        }
        expect(aEnd).toBeLessThanOrEqual(left.length);
        expect(bEnd).toBeLessThanOrEqual(right.length);
      }),
      options,
    );
  });

  test('one of them is a longest common substring, the earliest', () => {
    fc.assert(
      fc.property(fewSymbols, fewSymbols, (a, b) => {
        const longest = earliestLongest(Array.from(a), Array.from(b));
        const found = matchingBlocks(a, b).filter(({ size }) => size === longest.size);
        if (longest.size > 0) expect(found).toContainEqual(longest);
        else expect(matchingBlocks(a, b)).toEqual([]);
      }),
      options,
    );
  });
});

function ratioOfBlocks(a: string, b: string): number {
  const total = Array.from(a).length + Array.from(b).length;
  const matched = matchingBlocks(a, b).reduce((sum, { size }) => sum + size, 0);
  return total === 0 ? 1 : (2 * matched) / total;
}

function ratioOfBags(a: string, b: string): number {
  const left = Array.from(a);
  const open = Array.from(b);
  const total = left.length + open.length;
  let common = 0;
  for (const point of left) {
    const at = open.indexOf(point);
    if (at < 0) continue;
    open.splice(at, 1);
    common += 1;
  }
  return total === 0 ? 1 : (2 * common) / total;
}

/** By trying every start on both sides: the earliest in a, and of those the earliest in b. */
function earliestLongest(a: readonly string[], b: readonly string[]) {
  let best = { aStart: 0, bStart: 0, size: 0 };
  for (let aStart = 0; aStart < a.length; aStart += 1) {
    for (let bStart = 0; bStart < b.length; bStart += 1) {
      let size = 0;
      while (aStart + size < a.length && a[aStart + size] === b[bStart + size]) size += 1;
      if (size > best.size) best = { aStart, bStart, size };
    }
  }
  return best;
}
