import type { Gaps } from '../parts/blocks.ts';
import { hashPower, type RollingHash, spread, stretchHash } from '../parts/rolling-hash.ts';
import { scratchBytes } from '../parts/scratch.ts';

/** One sequence, and its side of the gaps. */
export interface Side {
  readonly hash: RollingHash;
  /** For each position: no match that starts there is longer. */
  readonly reach: Uint8Array;
  readonly low: Int32Array;
  readonly high: Int32Array;
}

/** The two sides of the gaps. */
export interface Sides {
  readonly a: Side;
  readonly b: Side;
  readonly count: number;
}

/** A bit for each hash of `bits` bits: whether a stretch with it is in b, and whether it is in both. */
export interface Marks {
  readonly bits: number;
  readonly inB: Uint8Array;
  readonly inBoth: Uint8Array;
}

/** Eight to sixteen times as many bits as the longer side has positions. */
export function marksFor(positions: number): Marks {
  const bits = Math.max(8, 36 - Math.clz32(positions));
  return { bits, inB: scratchBytes(2 ** (bits - 3)), inBoth: scratchBytes(2 ** (bits - 3)) };
}

export function sidesOf(a: Omit<Side, 'low' | 'high'>, b: Omit<Side, 'low' | 'high'>, gaps: Gaps): Sides {
  return {
    a: { ...a, low: gaps.aLow, high: gaps.aHigh },
    b: { ...b, low: gaps.bLow, high: gaps.bHigh },
    count: gaps.count,
  };
}

/**
 * Bounds the reach of all positions in gaps for matches of `sizes[0]` to `most` symbols: a position that shares no stretch
 * of a size with any gap of the other side reaches less far; a few that share none pass, by chance of hashing. `sizes`
 * ascend. Costs about 3 ns a position, and as much for each further size and position that got so far.
 */
export function boundReach(sides: Sides, marks: Marks, sizes: readonly number[], most: number): void {
  const first = (sizes[0] as number) - 1;
  for (const { reach, low, high } of [sides.a, sides.b]) {
    for (let gap = 0; gap < sides.count; gap += 1) reach.fill(first, low[gap], high[gap]);
  }
  for (const [index, size] of sizes.entries())
    boundBy(sides, marks, size, (sizes[index + 1] ?? most + 1) - 1);
}

/** Lets the positions that reach just below `size`, and share a stretch of it, reach to `next`. */
function boundBy({ a, b, count }: Sides, { bits, inB, inBoth }: Marks, size: number, next: number): void {
  inB.fill(0);
  inBoth.fill(0);
  mark(b, count, size, bits, inB);
  raise(a, count, size, bits, inB, next, inBoth);
  raise(b, count, size, bits, inBoth, next, null);
}

function mark(
  { hash, reach, low, high }: Side,
  count: number,
  size: number,
  bits: number,
  into: Uint8Array,
): void {
  const power = hashPower(size);
  const { prefix } = hash;
  for (let gap = 0; gap < count; gap += 1) {
    const end = (high[gap] as number) - size;
    for (let at = low[gap] as number; at <= end; at += 1) {
      if (reach[at] !== size - 1) continue;
      const bit = spread(stretchHash(prefix, at, size, power), bits);
      into[bit >>> 3] = (into[bit >>> 3] as number) | (1 << (bit & 7));
    }
  }
}

/** Of the positions that `marked` holds; marks them in `into` if there is one. */
function raise(
  { hash, reach, low, high }: Side,
  count: number,
  size: number,
  bits: number,
  marked: Uint8Array,
  next: number,
  into: Uint8Array | null,
): void {
  const power = hashPower(size);
  const { prefix } = hash;
  for (let gap = 0; gap < count; gap += 1) {
    const end = (high[gap] as number) - size;
    for (let at = low[gap] as number; at <= end; at += 1) {
      if (reach[at] !== size - 1) continue;
      const bit = spread(stretchHash(prefix, at, size, power), bits);
      if (((marked[bit >>> 3] as number) & (1 << (bit & 7))) === 0) continue;
      reach[at] = next;
      if (into !== null) into[bit >>> 3] = (into[bit >>> 3] as number) | (1 << (bit & 7));
    }
  }
}
