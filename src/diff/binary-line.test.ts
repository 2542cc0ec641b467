import fc from 'fast-check';
import { expect, test } from 'vitest';
import { binarySource } from './binary-line.ts';

/** unidiff's own expression, whose answer counts. */
const definition =
  /^Binary files? ([^\t]+?)(?:\t[\s0-9:+-]+)?(?: and [^\t]+?(?:\t[\s0-9:+-]+)?)? (?:differ|has changed)/;

test('the source is named, with or without times', () => {
  expect(binarySource('Binary files a/x.png and b/x.png differ\n')).toBe('a/x.png');
  expect(binarySource('Binary file x has changed\n')).toBe('x');
  expect(binarySource('Binary files a\t2020-01-01 10:00:00 +0000 and b\t2020-01-02 differ')).toBe('a');
  expect(binarySource('Binary files a and b are equal')).toBe(null);
  expect(binarySource(' Binary files a and b differ')).toBe(null);
});

test('the expression gives the same', () => {
  const part = fc.constantFrom(
    ' and ',
    ' differ',
    ' has changed',
    '\t',
    ' ',
    '1',
    '-',
    'x',
    'd',
    'and',
    '\n',
  );
  const lines = fc.tuple(fc.constantFrom('Binary files ', 'Binary file '), fc.array(part, { maxLength: 12 }));
  fc.assert(
    fc.property(lines, ([start, parts]) => {
      const line = start + parts.join('');
      expect(binarySource(line)).toBe(definition.exec(line)?.[1] ?? null);
    }),
    { numRuns: 20_000 },
  );
});

/** Found by the fuzz suite: the expression takes quadratic time for such a line, 70 s for a megabyte. */
test('a line of a megabyte that ends otherwise is read at once', () => {
  for (const filler of [' and x', ' and x\t1', '\t1', '1 ', ' and ', ' differe', '\t ']) {
    expect(binarySource(`Binary files x${filler.repeat(150_000)}y`)).toBe(filler === ' differe' ? 'x' : null);
  }
});
