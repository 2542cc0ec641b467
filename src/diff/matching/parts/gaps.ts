import { scratchInts } from './scratch.ts';

/** Where nothing is matched yet: a[aLow, aHigh) and b[bLow, bHigh) of each gap, in order; neither side is empty. */
export interface Gaps {
  readonly aLow: Int32Array;
  readonly aHigh: Int32Array;
  readonly bLow: Int32Array;
  readonly bHigh: Int32Array;
  count: number;
}

/** No gap yet, and room for `capacity`. */
export function emptyGaps(capacity: number): Gaps {
  return {
    aLow: scratchInts(capacity),
    aHigh: scratchInts(capacity),
    bLow: scratchInts(capacity),
    bHigh: scratchInts(capacity),
    count: 0,
  };
}

/** A gap with an empty side is no gap. */
export function addGap(gaps: Gaps, aLow: number, aHigh: number, bLow: number, bHigh: number): void {
  if (aLow >= aHigh || bLow >= bHigh) return;
  const at = gaps.count;
  gaps.aLow[at] = aLow;
  gaps.aHigh[at] = aHigh;
  gaps.bLow[at] = bLow;
  gaps.bHigh[at] = bHigh;
  gaps.count = at + 1;
}
