import type { Piece } from './pieces.ts';

export interface Pair {
  readonly predicted: string;
  readonly oracle: string;
}

/** Pairs whose larger side has at most `limit` characters, and what is demanded of them. */
export interface SizeClass {
  readonly name: string;
  readonly limit: number;
  readonly pairs: number;
  /** Sizes reach from this share of the limit up by `spread` of it: CPython's time grows with the square. */
  readonly from: number;
  readonly spread: number;
  /** CPU time of CPython over ours, at least. */
  readonly leastRatio: number;
}

export const sizeClasses: readonly SizeClass[] = [
  { name: '0.5kB', limit: 500, pairs: 50, from: 0.5, spread: 0.5, leastRatio: 50 },
  { name: '2kB', limit: 2000, pairs: 50, from: 0.5, spread: 0.5, leastRatio: 250 },
  { name: '8kB', limit: 8000, pairs: 20, from: 0.5, spread: 0.5, leastRatio: 500 },
  { name: '30kB', limit: 30_000, pairs: 5, from: 0.5, spread: 0.3, leastRatio: 1500 },
  { name: '100kB', limit: 100_000, pairs: 2, from: 0.4, spread: 0.1, leastRatio: 4000 },
];

/** Sizes are spread evenly, and so are starting points over the pieces. */
export function pairsOf(pieces: readonly Piece[], { limit, pairs, from, spread }: SizeClass): Pair[] {
  return Array.from({ length: pairs }, (_, index) => {
    const least = limit * (from + (spread * index) / pairs);
    return joined(pieces, Math.floor((index * pieces.length) / pairs), least, limit);
  });
}

/** Pairs in equal steps of the logarithm of their size, for the growth exponent. */
export function ladder(pieces: readonly Piece[], from: number, to: number, steps: number): Pair[] {
  return Array.from({ length: steps }, (_, index) => {
    const limit = from * (to / from) ** (index / (steps - 1));
    return joined(pieces, Math.floor((index * pieces.length) / steps), limit * 0.8, limit);
  });
}

/**
 * Pieces from `start` on, side by side, until the larger side has `least` characters; a piece that would pass `limit`,
 * or whose origin is there already, is left out.
 */
export function joined(pieces: readonly Piece[], start: number, least: number, limit: number): Pair {
  const taken: Piece[] = [];
  const origins = new Set<string>();
  const size = { predicted: 0, oracle: 0 };
  for (let step = 0; step < pieces.length && Math.max(size.predicted, size.oracle) < least; step += 1) {
    const piece = pieces[(start + step) % pieces.length] as Piece;
    const predicted = size.predicted + piece.predicted.length + 1;
    const oracle = size.oracle + piece.oracle.length + 1;
    if (Math.max(predicted, oracle) > limit || origins.has(piece.origin)) continue;
    taken.push(piece);
    origins.add(piece.origin);
    Object.assign(size, { predicted, oracle });
  }
  return {
    predicted: taken.map((piece) => piece.predicted).join('\n'),
    oracle: taken.map((piece) => piece.oracle).join('\n'),
  };
}
