import { scratchInts } from './scratch.ts';

/** Matched blocks, in order in a and in b: column i of each array describes block i. */
export interface BlockList {
  readonly aStart: Int32Array;
  readonly bStart: Int32Array;
  readonly size: Int32Array;
  count: number;
}

/** A list without blocks that has room for `capacity` of them. */
export function emptyBlockList(capacity: number): BlockList {
  return {
    aStart: scratchInts(capacity),
    bStart: scratchInts(capacity),
    size: scratchInts(capacity),
    count: 0,
  };
}

/** Counts the blocks that start at or before `position`; `starts` holds the block starts of one side. */
export function blocksUpTo(starts: Int32Array, count: number, position: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] as number) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Inserts a block at an index. The caller guarantees that the block lies between its neighbours. */
export function insertBlock(
  list: BlockList,
  index: number,
  aStart: number,
  bStart: number,
  size: number,
): void {
  const { count } = list;
  for (const column of [list.aStart, list.bStart, list.size]) column.copyWithin(index + 1, index, count);
  list.aStart[index] = aStart;
  list.bStart[index] = bStart;
  list.size[index] = size;
  list.count = count + 1;
}

/** Numbers of symbols in the two sequences. */
export interface Lengths {
  readonly a: number;
  readonly b: number;
}

/** The ranges a[aLow, aHigh) and b[bLow, bHigh) between two neighbouring blocks; either may be empty. */
export interface BlockGap {
  aLow: number;
  aHigh: number;
  bLow: number;
  bHigh: number;
}

export function emptyBlockGap(): BlockGap {
  return { aLow: 0, aHigh: 0, bLow: 0, bHigh: 0 };
}

/** Writes the gap in front of the block at `index` into `gap`; index `count` stands for the gap behind the last block. */
export function readGap(list: BlockList, index: number, lengths: Lengths, gap: BlockGap): void {
  const { aStart, bStart, size, count } = list;
  gap.aLow = index === 0 ? 0 : (aStart[index - 1] as number) + (size[index - 1] as number);
  gap.bLow = index === 0 ? 0 : (bStart[index - 1] as number) + (size[index - 1] as number);
  gap.aHigh = index === count ? lengths.a : (aStart[index] as number);
  gap.bHigh = index === count ? lengths.b : (bStart[index] as number);
}

/** The gaps that the blocks leave in two sequences of these lengths. */
export function gapsBetween(list: BlockList, lengths: Lengths): Gaps {
  const gaps = emptyGaps(list.count + 1);
  const gap = emptyBlockGap();
  for (let index = 0; index <= list.count; index += 1) {
    readGap(list, index, lengths, gap);
    addGap(gaps, gap.aLow, gap.aHigh, gap.bLow, gap.bHigh);
  }
  return gaps;
}

/** Ranges that are not matched yet, in order: a[aLow, aHigh) and b[bLow, bHigh) of each gap; neither side is empty. */
export interface Gaps {
  readonly aLow: Int32Array;
  readonly aHigh: Int32Array;
  readonly bLow: Int32Array;
  readonly bHigh: Int32Array;
  count: number;
}

/** A list without gaps that has room for `capacity` of them. */
export function emptyGaps(capacity: number): Gaps {
  return {
    aLow: scratchInts(capacity),
    aHigh: scratchInts(capacity),
    bLow: scratchInts(capacity),
    bHigh: scratchInts(capacity),
    count: 0,
  };
}

/** Adds a gap, unless one of its sides is empty. */
export function addGap(gaps: Gaps, aLow: number, aHigh: number, bLow: number, bHigh: number): void {
  if (aLow >= aHigh || bLow >= bHigh) return;
  const at = gaps.count;
  gaps.aLow[at] = aLow;
  gaps.aHigh[at] = aHigh;
  gaps.bLow[at] = bLow;
  gaps.bHigh[at] = bHigh;
  gaps.count = at + 1;
}

/** Receives matched blocks, in no particular order: a[aStart, aStart + size) = b[bStart, bStart + size). */
export type Visit = (aStart: number, bStart: number, size: number) => void;
