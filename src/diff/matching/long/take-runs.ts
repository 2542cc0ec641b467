import { type Cancellation, throwIfCancelled } from '../../../domain/cancellation.ts';
import {
  type BlockGap,
  type BlockList,
  blocksUpTo,
  emptyBlockGap,
  insertBlock,
  type Lengths,
  readGap,
} from '../parts/blocks.ts';
import { scratchInts } from '../parts/scratch.ts';
import type { CommonRuns } from './common-runs.ts';

/** Runs by size; what is left of one that was cut goes back under its new size. */
interface RunsBySize {
  readonly aStart: number[];
  readonly bStart: number[];
  readonly next: number[];
  /** By size: the run that was added last, or -1. */
  readonly heads: Int32Array;
}

/**
 * Ratcliff and Obershelp over all runs at once: the longest first, of those the earliest in a, then in b, each cut down
 * to the gap where it starts when its turn comes. A gap's longest match is the longest part of a run inside it, and gaps
 * do not touch each other, so that one order for all of them gives the blocks that recursion would give. Adds the blocks
 * of `least` symbols and more; false where cutting is not linear, and some of them are missing.
 */
export function takeRuns(
  runs: CommonRuns,
  least: number,
  blocks: BlockList,
  lengths: Lengths,
  cancellation: Cancellation | undefined,
): boolean {
  const bySize = sortRuns(runs);
  const gap = emptyBlockGap();
  let steps = 8 * (lengths.a + lengths.b) + 1000;
  for (let size = bySize.heads.length - 1; size >= least; size -= 1) {
    const due = runsOf(bySize, size, lengths.b);
    if (due.length > 0) throwIfCancelled(cancellation);
    for (const run of due) {
      steps -= takeOrCut(bySize, blocks, gap, run, size, least, lengths);
      if (steps < 0) return false;
    }
  }
  return true;
}

function sortRuns({ aStart, bStart, size }: CommonRuns): RunsBySize {
  const longest = size.reduce((most, one) => Math.max(most, one), 0);
  const sorted = { aStart: [], bStart: [], next: [], heads: scratchInts(longest + 1).fill(-1) };
  // From the last to the first: lists begin with what was added last, and runs were found about in order.
  for (let run = size.length - 1; run >= 0; run -= 1) {
    addRun(sorted, aStart[run] as number, bStart[run] as number, size[run] as number);
  }
  return sorted;
}

function addRun(runs: RunsBySize, aStart: number, bStart: number, size: number): void {
  runs.next.push(runs.heads[size] as number);
  runs.heads[size] = runs.aStart.length;
  runs.aStart.push(aStart);
  runs.bStart.push(bStart);
}

/** By a, then by b. */
function runsOf({ aStart, bStart, next, heads }: RunsBySize, size: number, bLength: number): number[] {
  const due: number[] = [];
  const order = (run: number): number => (aStart[run] as number) * (bLength + 1) + (bStart[run] as number);
  let last = -1;
  let isInOrder = true;
  for (let run = heads[size] as number; run >= 0; run = next[run] as number) {
    due.push(run);
    isInOrder &&= order(run) > last;
    last = order(run);
  }
  return isInOrder ? due : due.sort((one, other) => order(one) - order(other));
}

/** Takes the run as a block where it lies in one gap, else puts its parts back. Returns the number of gaps looked at. */
function takeOrCut(
  runs: RunsBySize,
  blocks: BlockList,
  gap: BlockGap,
  run: number,
  size: number,
  least: number,
  lengths: Lengths,
): number {
  const start = runs.aStart[run] as number;
  const shift = (runs.bStart[run] as number) - start;
  const end = start + size;
  let looked = 0;
  for (let at = start; at + least <= end; looked += 1) {
    const index = blocksUpTo(blocks.aStart, blocks.count, at);
    readGap(blocks, index, lengths, gap);
    const from = Math.max(at, gap.aLow, gap.bLow - shift);
    const to = Math.min(end, gap.aHigh, gap.bHigh - shift);
    if (from === start && to === end) {
      insertBlock(blocks, index, start, start + shift, size);
      return looked + 1;
    }
    if (to - from >= least) addRun(runs, from, from + shift, to - from);
    at = gap.aHigh;
  }
  return looked;
}
