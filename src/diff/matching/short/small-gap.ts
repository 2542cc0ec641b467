import type { Visit } from '../parts/blocks.ts';
import { scratchInts } from '../parts/scratch.ts';
import type { SequencePair } from '../parts/sequence-pair.ts';

/** The solver takes gaps with at most this many equal pairs of neighbours for each symbol; tuned on real diffs of 0.5 to 100 kB. */
const pairsPerSymbol = 6;

/** Most symbols of both sides of a gap. Runs are filtered once for each level of nested blocks, so a gap has to be short too. */
const mostSymbols = 4096;

/**
 * Matches one gap as Ratcliff and Obershelp do, by visiting its equal pairs. Returns false, without a visit, where the gap
 * is too long or has too many equal pairs for linear time.
 */
export type SolveSmallGap = (aLow: number, aHigh: number, bLow: number, bHigh: number) => boolean;

/** The slot of two neighbouring symbols; other pairs may share the slot. */
function slotOf(symbol: number, next: number, shift: number): number {
  return Math.imul((symbol << 8) ^ next, 0x9e3779b1) >>> shift;
}

export function smallGapSolver({ a, b, symbols }: SequencePair, visit: Visit): SolveSmallGap {
  // At least as many slots as a small gap has neighbours in b.
  const bits = Math.min(12, 33 - Math.clz32(b.length | 8));
  const shift = 32 - bits;
  const counts = scratchInts(2 ** bits).fill(0);
  const pairHeads = scratchInts(2 ** bits).fill(-1);
  const nextPair = scratchInts(b.length);
  const heads = scratchInts(symbols).fill(-1);
  const following = scratchInts(b.length);
  const occurrences = { heads, following };
  /** Runs of two symbols or more as triples (start in a, start in b, size): a stack of lists, one for each level of nesting. */
  let runs = scratchInts(3 * 256);

  function isSmall(aLow: number, aHigh: number, bLow: number, bHigh: number): boolean {
    const size = aHigh - aLow + bHigh - bLow;
    if (size > mostSymbols) return false;
    let left = pairsPerSymbol * size + 64;
    for (let at = bLow + 1; at < bHigh; at += 1) {
      const slot = slotOf(b[at - 1] as number, b[at] as number, shift);
      counts[slot] = (counts[slot] as number) + 1;
    }
    for (let at = aLow + 1; at < aHigh; at += 1)
      left -= counts[slotOf(a[at - 1] as number, a[at] as number, shift)] as number;
    for (let at = bLow + 1; at < bHigh; at += 1)
      counts[slotOf(b[at - 1] as number, b[at] as number, shift)] = 0;
    return left >= 0;
  }

  function linkOccurrences(bLow: number, bHigh: number): void {
    for (let at = bHigh - 1; at >= bLow; at -= 1) {
      following[at] = heads[b[at] as number] as number;
      heads[b[at] as number] = at;
      if (at + 1 === bHigh) continue;
      const slot = slotOf(b[at] as number, b[at + 1] as number, shift);
      nextPair[at] = pairHeads[slot] as number;
      pairHeads[slot] = at;
    }
  }

  function unlinkOccurrences(bLow: number, bHigh: number): void {
    for (let at = bLow; at < bHigh; at += 1) {
      heads[b[at] as number] = -1;
      if (at + 1 < bHigh) pairHeads[slotOf(b[at] as number, b[at + 1] as number, shift)] = -1;
    }
  }

  /** Writes all runs of the gap to the bottom of the stack and returns their end. */
  function findRuns(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
    let end = 0;
    for (let at = aLow; at + 1 < aHigh; at += 1) {
      const symbol = a[at] as number;
      const next = a[at + 1] as number;
      for (let to = pairHeads[slotOf(symbol, next, shift)] as number; to >= 0; to = nextPair[to] as number) {
        if (b[to] !== symbol || b[to + 1] !== next) continue;
        if (at > aLow && to > bLow && a[at - 1] === b[to - 1]) continue;
        const most = Math.min(aHigh - at, bHigh - to);
        let size = 2;
        while (size < most && a[at + size] === b[to + size]) size += 1;
        makeRoom(end + 3);
        runs[end] = at;
        runs[end + 1] = to;
        runs[end + 2] = size;
        end += 3;
      }
    }
    return end;
  }

  function makeRoom(length: number): void {
    if (length <= runs.length) return;
    const larger = scratchInts(2 * length);
    larger.set(runs);
    runs = larger;
  }

  /** The longest run; of equal ones the earliest in a, then in b. */
  function longest(from: number, to: number): number {
    let best = from;
    for (let run = from + 3; run < to; run += 3) {
      const more = (runs[run + 2] as number) - (runs[best + 2] as number);
      if (more < 0) continue;
      if (more > 0 || isEarlier(run, best)) best = run;
    }
    return best;
  }

  function isEarlier(run: number, other: number): boolean {
    const order = (runs[run] as number) - (runs[other] as number);
    return order < 0 || (order === 0 && (runs[run + 1] as number) < (runs[other + 1] as number));
  }

  /** Copies the parts of two symbols or more inside the ranges to `into`, which may be `from`. Returns their end. */
  function within(
    from: number,
    to: number,
    into: number,
    aLow: number,
    aHigh: number,
    bLow: number,
    bHigh: number,
  ): number {
    makeRoom(into + to - from);
    let end = into;
    for (let run = from; run < to; run += 3) {
      const start = runs[run] as number;
      const shift = (runs[run + 1] as number) - start;
      const low = Math.max(start, aLow, bLow - shift);
      const high = Math.min(start + (runs[run + 2] as number), aHigh, bHigh - shift);
      if (high - low < 2) continue;
      runs[end] = low;
      runs[end + 1] = low + shift;
      runs[end + 2] = high - low;
      end += 3;
    }
    return end;
  }

  /** Takes blocks from left to right. */
  function take(from: number, to: number, aFrom: number, aHigh: number, bFrom: number, bHigh: number): void {
    let [end, aLow, bLow] = [to, aFrom, bFrom];
    while (end > from && aLow < aHigh && bLow < bHigh) {
      const best = longest(from, end);
      const aStart = runs[best] as number;
      const bStart = runs[best + 1] as number;
      const size = runs[best + 2] as number;
      if (aStart > aLow && bStart > bLow) {
        const leftEnd = within(from, end, end, aLow, aStart, bLow, bStart);
        take(end, leftEnd, aLow, aStart, bLow, bStart);
      }
      visit(aStart, bStart, size);
      aLow = aStart + size;
      bLow = bStart + size;
      end = within(from, end, from, aLow, aHigh, bLow, bHigh);
    }
    takeSymbols(a, occurrences, aLow, aHigh, bLow, bHigh, visit);
  }

  return (aLow, aHigh, bLow, bHigh) => {
    if (!isSmall(aLow, aHigh, bLow, bHigh)) return false;
    linkOccurrences(bLow, bHigh);
    take(0, findRuns(aLow, aHigh, bLow, bHigh), aLow, aHigh, bLow, bHigh);
    unlinkOccurrences(bLow, bHigh);
    return true;
  };
}

/** Positions of each symbol in b, ascending: `heads` has the first by symbol, `following` the next by position; -1 ends. */
export interface Occurrences {
  readonly heads: Int32Array;
  readonly following: Int32Array;
}

/**
 * Matches as Ratcliff and Obershelp do in a gap without a match of two symbols: the earliest symbol of a that occurs in b, at
 * its earliest position, and so on to the right. Gaps must come from left to right: passed occurrences are removed.
 */
export function takeSymbols(
  a: Int32Array,
  { heads, following }: Occurrences,
  aLow: number,
  aHigh: number,
  bLow: number,
  bHigh: number,
  visit: Visit,
): void {
  let low = bLow;
  for (let at = aLow; at < aHigh && low < bHigh; at += 1) {
    const symbol = a[at] as number;
    let to = heads[symbol] as number;
    while (to >= 0 && to < low) to = following[to] as number;
    heads[symbol] = to;
    if (to < 0 || to >= bHigh) continue;
    visit(at, to, 1);
    low = to + 1;
  }
}
