import { addGap, emptyGaps, type Gaps } from './gaps.ts';
import { scratchInts } from './scratch.ts';

/** Matched blocks in order: they follow each other in a and in b alike. */
export interface BlockList {
  readonly aStart: Int32Array;
  readonly bStart: Int32Array;
  readonly size: Int32Array;
  count: number;
}

/** No block yet, and room for `capacity`. */
export function emptyBlockList(capacity: number): BlockList {
  return {
    aStart: scratchInts(capacity),
    bStart: scratchInts(capacity),
    size: scratchInts(capacity),
    count: 0,
  };
}

/** How many blocks start at or before `position`; `starts` are those of one side. */
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

/** Puts a block at an index; the caller knows that it lies between its neighbours. */
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

/** What the blocks leave of two sequences of these lengths. */
export function gapsBetween(list: BlockList, aLength: number, bLength: number): Gaps {
  const gaps = emptyGaps(list.count + 1);
  let aLow = 0;
  let bLow = 0;
  for (let index = 0; index < list.count; index += 1) {
    const aStart = list.aStart[index] as number;
    const bStart = list.bStart[index] as number;
    const size = list.size[index] as number;
    addGap(gaps, aLow, aStart, bLow, bStart);
    aLow = aStart + size;
    bLow = bStart + size;
  }
  addGap(gaps, aLow, aLength, bLow, bLength);
  return gaps;
}
