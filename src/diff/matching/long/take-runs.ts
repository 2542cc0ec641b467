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

/** Runs grouped by size; the parts of a run that was cut are added under their own sizes. */
interface RunsBySize {
  readonly aStart: number[];
  readonly bStart: number[];
  readonly next: number[];
  /** By size: the run that was added last, or -1. */
  readonly heads: Int32Array;
}

/**
 * Takes the runs as Ratcliff and Obershelp would: the longest first, of equal ones the earliest in a, then in b; each run is
 * cut to the gaps that are left when its turn comes. The longest match of a gap is the longest part of a run inside it, and
 * gaps do not influence each other, so one order over all gaps gives the blocks of the recursion. Adds the blocks of `least`
 * symbols or more to `blocks`. Returns false, with some of them missing, where cutting takes more than linear time.
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
  // In descending order: a list begins with the run added last, and runs were found roughly in ascending order.
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

/** The runs of one size, by their start in a, then in b. */
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

/** Takes the run as a block where one gap contains it; adds its parts as runs otherwise. Returns the number of gaps visited. */
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
  let visits = 0;
  for (let at = start; at + least <= end; visits += 1) {
    const index = blocksUpTo(blocks.aStart, blocks.count, at);
    readGap(blocks, index, lengths, gap);
    const from = Math.max(at, gap.aLow, gap.bLow - shift);
    const to = Math.min(end, gap.aHigh, gap.bHigh - shift);
    if (from === start && to === end) {
      insertBlock(blocks, index, start, start + shift, size);
      return visits + 1;
    }
    if (to - from >= least) addRun(runs, from, from + shift, to - from);
    at = gap.aHigh;
  }
  return visits;
}
