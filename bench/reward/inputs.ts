import { randomFrom } from '../../src/domain/random.ts';
import { joined, type Pair } from './pairs.ts';
import type { Piece } from './pieces.ts';
import {
  code,
  growing,
  lines,
  minifiedToken,
  minifiedTokens,
  mixedLine,
  points,
  shrinking,
  symbols,
  wideSymbol,
} from './shape-texts.ts';

/** Two texts of about `size` characters each. */
export type MakeInput = (size: number, pieces: readonly Piece[]) => Pair;

/** The shapes on which matchers turn quadratic or hungry. */
export const inputShapes: Readonly<Record<string, MakeInput>> = {
  identical: (size) => {
    const random = randomFrom('identical');
    const text = code(random, size);
    // A copy, so that no engine can see that both are one string.
    return { predicted: text, oracle: Buffer.from(text).toString() };
  },
  disjoint: (size) => ({ predicted: symbols('d1', size, 0x61, 26), oracle: symbols('d2', size, 0x41, 26) }),
  disjoint_periodic: (size) => ({
    predicted: 'abc'.repeat(size / 3),
    oracle: 'xyz'.repeat(size / 3),
  }),
  one_symbol: (size) => ({ predicted: 'a'.repeat(size), oracle: 'a'.repeat(Math.floor(size * 0.7)) }),
  one_symbol_changed: (size) => ({
    predicted: 'a'.repeat(size),
    oracle: `${'a'.repeat(size / 2)}b${'a'.repeat(size / 2)}`,
  }),
  equal_lines: (size) => ({
    predicted: lines(size, () => '    pass\n'),
    oracle: lines(size * 0.8, () => '    pass\n'),
  }),
  equal_lines_mixed: (size) => {
    const [random, other] = [randomFrom('e1'), randomFrom('e2')];
    return { predicted: lines(size, mixedLine(random)), oracle: lines(size, mixedLine(other)) };
  },
  minified: (size) => {
    const tokens = minifiedTokens(randomFrom('m1'), size);
    const random = randomFrom('m2');
    const edited = tokens.map((token) => (random(40) === 0 ? minifiedToken(random) : token));
    return { predicted: edited.join(''), oracle: tokens.join('') };
  },
  many_code_points: (size) => {
    const text = points(randomFrom('p1'), size);
    const random = randomFrom('p2');
    const edited = Array.from(text, (point) => (random(50) === 0 ? wideSymbol(random) : point));
    return { predicted: edited.join(''), oracle: text };
  },
  random_code_points: (size) => ({
    predicted: points(randomFrom('p3'), size),
    oracle: points(randomFrom('p4'), size),
  }),
  two_symbols: (size) => ({ predicted: symbols('t1', size, 0x61, 2), oracle: symbols('t2', size, 0x61, 2) }),
  shrinking_blocks: (size) => ({ predicted: shrinking(size, 'b'), oracle: shrinking(size, 'c') }),
  growing_blocks: (size) => ({ predicted: growing(size, 'b'), oracle: growing(size, 'c') }),
  real_diffs: (size, pieces) => many(pieces, size),
};

/** Each round starts elsewhere, so that the same issue comes with another system's answer. */
function many(pieces: readonly Piece[], size: number): Pair {
  const predicted: string[] = [];
  const oracle: string[] = [];
  let length = 0;
  for (let round = 0; length < size; round += 1) {
    const start = Math.floor((round * 0.618 * pieces.length) % pieces.length);
    const part = joined(pieces, start, Math.min(100_000, size - length), 200_000);
    predicted.push(part.predicted);
    oracle.push(part.oracle);
    length += Math.max(part.predicted.length, part.oracle.length);
  }
  return { predicted: predicted.join('\n'), oracle: oracle.join('\n') };
}
