import type { LineChange } from '../../diff/unified-diff.ts';

/** The shorter side of a gap that is aligned exactly: at most 64 steps for each line of the longer one. */
const shortSide = 64;

export function exactlyAligned({ aStart, aEnd, bStart, bEnd }: LineChange): boolean {
  return Math.min(aEnd - aStart, bEnd - bStart) <= shortSide;
}

/** A longest common subsequence of the two sides of a gap, as pairs of line indexes in order; n·m steps and bytes. */
export function alignExactly(
  a: readonly string[],
  b: readonly string[],
  gap: LineChange,
): [aAt: number, bAt: number][] {
  const width = gap.bEnd - gap.bStart + 1;
  const sizes = commonSizes(a, b, gap);
  const pairs: [number, number][] = [];
  let aAt = gap.aStart;
  let bAt = gap.bStart;
  while (aAt < gap.aEnd && bAt < gap.bEnd) {
    const cell = (aAt - gap.aStart) * width + bAt - gap.bStart;
    if (a[aAt] === b[bAt]) {
      pairs.push([aAt, bAt]);
      aAt += 1;
      bAt += 1;
    } else if ((sizes[cell + width] as number) >= (sizes[cell + 1] as number)) aAt += 1;
    else bAt += 1;
  }
  return pairs;
}

/** For each pair of suffixes the size of their longest common subsequence, which is at most `shortSide`. */
function commonSizes(a: readonly string[], b: readonly string[], gap: LineChange): Uint8Array {
  const width = gap.bEnd - gap.bStart + 1;
  const height = gap.aEnd - gap.aStart + 1;
  const sizes = new Uint8Array(width * height);
  for (let row = height - 2; row >= 0; row -= 1) {
    const line = a[gap.aStart + row];
    for (let column = width - 2; column >= 0; column -= 1) {
      const cell = row * width + column;
      sizes[cell] =
        line === b[gap.bStart + column]
          ? (sizes[cell + width + 1] as number) + 1
          : Math.max(sizes[cell + width] as number, sizes[cell + 1] as number);
    }
  }
  return sizes;
}
