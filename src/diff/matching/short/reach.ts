import type { Gaps } from '../parts/blocks.ts';
import { hashPower, type RollingHash, spread, stretchHash } from '../parts/rolling-hash.ts';
import { scratchBytes } from '../parts/scratch.ts';

/** One sequence with its side of the gaps. */
export interface Side {
  readonly hash: RollingHash;
  /** For each position, an upper bound of the size of a match that starts there. */
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

/** One bit for each hash of `bits` bits: whether a stretch with this hash is in b, and whether it is in both sides. */
export interface Marks {
  readonly bits: number;
  readonly inB: Uint8Array;
  readonly inBoth: Uint8Array;
}

/** Marks with 8 to 16 bits for each position of the longer side. */
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
 * Sets the reach of all positions in gaps for matches of `sizes[0]` to `most` symbols. A position that shares no stretch of
 * a size with the gaps of the other side reaches less than that size; hash collisions let a few more pass. `sizes` ascend.
 * Costs about 3 ns for each position, and again for each further size that the position reaches.
 */
export function boundReach(sides: Sides, marks: Marks, sizes: readonly number[], most: number): void {
  const first = (sizes[0] as number) - 1;
  for (const { reach, low, high } of [sides.a, sides.b]) {
    for (let gap = 0; gap < sides.count; gap += 1) reach.fill(first, low[gap], high[gap]);
  }
  for (const [index, size] of sizes.entries())
    boundBy(sides, marks, size, (sizes[index + 1] ?? most + 1) - 1);
}

/** Raises the reach from `size - 1` to `next` for positions that share a stretch of `size` with the other side. */
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

/** Raises the reach of positions whose stretch is in `marked`, and marks their stretches in `into`. */
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
