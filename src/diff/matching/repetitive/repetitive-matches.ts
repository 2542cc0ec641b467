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
import type { SequencePair } from '../parts/sequence-pair.ts';
import { createIntervals, type Intervals } from './intervals.ts';
import { minimumQueue } from './minimum-queue.ts';
import { firstInA, firstInB, type SortedSuffixes, sortSuffixes } from './sorted-suffixes.ts';

/**
 * Adds to `blocks` all blocks of `least` symbols or more that Ratcliff and Obershelp take, for texts that repeat themselves.
 * `blocks` may already hold the ones that come first in that order. Near-linear for every input. Throws `cancelled`.
 *
 * Sizes descend one by one, and only what is new at a size costs time. Suffixes of both texts that share `size` symbols are
 * neighbours in the suffix array; when two such groups join, each suffix of the smaller group is compared with the larger
 * group inside its gap. A block cuts off matches that reach into it from the left, so at every smaller size the match that
 * ends at the block is tried again; at most n / size blocks have that size or more.
 */
export function matchRepetitive(
  pair: Pick<SequencePair, 'a' | 'b'>,
  least: number,
  blocks: BlockList,
  cancellation: Cancellation | undefined,
): void {
  const search = startSearch(pair, least, blocks, cancellation);
  for (let size = search.suffixes.longest; size >= least; size -= 1) {
    throwIfCancelled(cancellation);
    joinGroups(search, size);
    lookAgain(search, size);
    if (takeDue(search, size) && isDone(search)) return;
  }
}

interface Search {
  readonly lengths: Lengths;
  readonly least: number;
  readonly blocks: BlockList;
  readonly suffixes: SortedSuffixes;
  /** Starts of the blocks in a, the largest block first. */
  readonly bySize: number[];
  readonly groups: Intervals;
  readonly due: ReturnType<typeof minimumQueue>;
  /** By position in a: the size at which the position was last queued, and the end in a up to which its search may continue. */
  readonly queuedAt: Int32Array;
  readonly limit: Int32Array;
  /** The gap that `locate` found last, and the index of the block behind that gap. */
  readonly gap: BlockGap;
  gapIndex: number;
  /** By gap: the last joining that asked, and the group's first position there, which is valid for the whole gap. */
  readonly answersInA: GapAnswers;
  readonly answersInB: GapAnswers;
  joining: number;
}

interface GapAnswers {
  readonly joining: Int32Array;
  readonly first: Float64Array;
}

function startSearch(
  { a, b }: Pick<SequencePair, 'a' | 'b'>,
  least: number,
  blocks: BlockList,
  cancellation: Cancellation | undefined,
): Search {
  return {
    lengths: { a: a.length, b: b.length },
    least,
    blocks,
    suffixes: sortSuffixes(a, b, least, cancellation),
    bySize: blocksBySize(blocks),
    groups: createIntervals(a.length + b.length + 1),
    due: minimumQueue(),
    queuedAt: new Int32Array(a.length + 1),
    limit: new Int32Array(a.length + 1),
    gap: emptyBlockGap(),
    gapIndex: 0,
    answersInA: noAnswers(blocks.size.length + 1),
    answersInB: noAnswers(blocks.size.length + 1),
    joining: 0,
  };
}

function noAnswers(gaps: number): GapAnswers {
  return { joining: new Int32Array(gaps), first: new Float64Array(gaps) };
}

function blocksBySize({ aStart, size, count }: BlockList): number[] {
  const indices = Array.from({ length: count }, (_, index) => index);
  indices.sort((one, other) => (size[other] as number) - (size[one] as number));
  return indices.map((index) => aStart[index] as number);
}

function isDone({ lengths, blocks, least, gap }: Search): boolean {
  for (let index = 0; index <= blocks.count; index += 1) {
    readGap(blocks, index, lengths, gap);
    if (gap.aHigh - gap.aLow >= least && gap.bHigh - gap.bLow >= least) return false;
  }
  return true;
}

function joinGroups(search: Search, size: number): void {
  const { groups } = search;
  const { borders, nextBorder } = search.suffixes;
  for (let border = borders[size] as number; border >= 0; border = nextBorder[border] as number) {
    search.joining += 1;
    const left = groups.startOf(border - 1);
    const right = groups.endOf(border);
    if (border - left < right - border + 1) {
      for (let index = left; index < border; index += 1) look(search, index, border, right, size);
    } else {
      for (let index = border; index <= right; index += 1) look(search, index, left, border - 1, size);
    }
    groups.join(border);
  }
}

/** Queues the first position in a where the suffix at `index` and the group [from, to] match inside the suffix's gap. */
function look(search: Search, index: number, from: number, to: number, size: number): void {
  const position = search.suffixes.order[index] as number;
  if (position < search.lengths.a) lookFromA(search, position, from, to, size);
  else if (position > search.lengths.a) lookFromB(search, position - search.lengths.a - 1, from, to, size);
}

function lookFromA(search: Search, at: number, from: number, to: number, size: number): void {
  const { gap, blocks } = search;
  locate(search, blocks.aStart, at);
  if (at < gap.aLow || at + size > gap.aHigh || gap.bLow + size > gap.bHigh) return;
  if (onceInGap(search, search.answersInB, firstInB, from, to, gap.bLow) + size <= gap.bHigh)
    queue(search, at, gap.aHigh, size);
}

function lookFromB(search: Search, at: number, from: number, to: number, size: number): void {
  const { gap, blocks } = search;
  locate(search, blocks.bStart, at);
  if (at < gap.bLow || at + size > gap.bHigh || gap.aLow + size > gap.aHigh) return;
  const first = onceInGap(search, search.answersInA, firstInA, from, to, gap.aLow);
  if (first + size <= gap.aHigh) queue(search, first, gap.aHigh, size);
}

/** Calls `first` for the located gap, at most once in each joining. */
function onceInGap(
  search: Search,
  answers: GapAnswers,
  first: typeof firstInA,
  from: number,
  to: number,
  low: number,
): number {
  const index = search.gapIndex;
  if (answers.joining[index] !== search.joining) {
    answers.joining[index] = search.joining;
    answers.first[index] = first(search.suffixes, from, to, low);
  }
  return answers.first[index] as number;
}

/** Finds the gap at or behind a position; `starts` holds the block starts of the position's side. */
function locate(search: Search, starts: Int32Array, position: number): void {
  const { gap, blocks, lengths } = search;
  search.gapIndex = blocksUpTo(starts, blocks.count, position);
  readGap(blocks, search.gapIndex, lengths, gap);
}

function queue({ due, queuedAt, limit }: Search, at: number, until: number, size: number): void {
  if (queuedAt[at] === size) {
    limit[at] = Math.max(limit[at] as number, until);
    return;
  }
  queuedAt[at] = size;
  limit[at] = until;
  due.add(at);
}

/** Tries the matches of this size that end where a larger block starts. */
function lookAgain(search: Search, size: number): void {
  const { bySize, blocks, lengths } = search;
  for (const aStart of bySize) {
    const block = blocksUpTo(blocks.aStart, blocks.count, aStart) - 1;
    if ((blocks.size[block] as number) <= size) return;
    if (aStart >= size) lookAtSuffix(search, aStart - size, size);
    const bStart = blocks.bStart[block] as number;
    if (bStart >= size) lookAtSuffix(search, lengths.a + 1 + bStart - size, size);
  }
}

function lookAtSuffix(search: Search, position: number, size: number): void {
  const { suffixes, groups } = search;
  const index = suffixes.rank[position] as number;
  search.joining += 1;
  look(search, index, groups.startOf(index), groups.endOf(index), size);
}

/** Takes matches of one size from left to right. Returns whether any was taken. */
function takeDue(search: Search, size: number): boolean {
  let taken = false;
  for (let at = search.due.take(); at >= 0; at = search.due.take()) taken = takeAt(search, at, size) || taken;
  return taken;
}

function takeAt(search: Search, at: number, size: number): boolean {
  const { suffixes, groups, gap, blocks, limit } = search;
  const from = groups.startOf(suffixes.rank[at] as number);
  const to = groups.endOf(suffixes.rank[at] as number);
  const until = limit[at] as number;
  locate(search, blocks.aStart, at);
  const fits = at >= gap.aLow && at + size <= gap.aHigh;
  const first = fits ? firstInB(suffixes, from, to, gap.bLow) : Infinity;
  const isTaken = first + size <= gap.bHigh;
  // A match that cannot be taken has its next chance behind the block that covers it, or in the next gap.
  let low = at < gap.aLow ? gap.aLow : gap.aHigh;
  if (isTaken) {
    low = at + size;
    insertBlock(blocks, search.gapIndex, at, first, size);
    search.bySize.push(at);
  }
  const next = firstInA(suffixes, from, to, low);
  if (next + size <= until) queue(search, next, until, size);
  return isTaken;
}
