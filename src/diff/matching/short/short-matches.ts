import { type Cancellation, throwIfCancelled } from '../../../domain/cancellation.ts';
import { addGap, emptyGaps } from '../parts/blocks.ts';
import type { Gaps, Visit } from '../parts/blocks.ts';
import { createGramIndex, type GramIndex } from '../parts/gram-index.ts';
import { hashPower, type RollingHash, stretchHash } from '../parts/rolling-hash.ts';
import { scratchBytes, scratchInts } from '../parts/scratch.ts';
import type { SequencePair } from '../parts/sequence-pair.ts';
import { boundReach, type Marks, marksFor, type Side, sidesOf } from './reach.ts';
import { smallGapSolver, takeSymbols } from './small-gap.ts';
import type { SolveSmallGap } from './small-gap.ts';

/** Bands of sizes, largest first. Before each band, `boundReach` runs with its sizes over the gaps that are left. */
const bands: readonly (readonly number[])[] = [
  [16, 18, 20, 22, 24, 28],
  [8, 9, 10, 11, 12, 14],
  [4, 5, 6, 7],
  [2, 3],
];

/**
 * Matches as Ratcliff and Obershelp do inside gaps whose matches are all shorter than `below`, which is at most 32: one pass
 * over all gaps for each size, from `below - 1` down to 1. A gap whose longest match has the size of the pass gives a chain
 * of such matches, each the earliest in a, then in b; what lies left of a taken match contains no other of that size, so one
 * pass finds all. Each pass is linear for every input. Throws `cancelled`.
 */
export function matchShort(
  pair: SequencePair,
  a: RollingHash,
  b: RollingHash,
  gaps: Gaps,
  below: number,
  visit: Visit,
  cancellation: Cancellation | undefined,
): void {
  const search = startSearch(pair, a, b, gaps, visit);
  let most = below - 1;
  for (const band of bands) {
    if (search.gaps.count === 0) return;
    if (most < (band[0] as number)) continue;
    boundReach(sidesOf(search.a, search.b, search.gaps), search.marks, band, most);
    for (let size = most; size >= (band[0] as number); size -= 1) {
      throwIfCancelled(cancellation);
      matchSize(search, size);
    }
    most = (band[0] as number) - 1;
  }
  matchSymbols(pair, search.gaps, visit);
}

type Sequence = Omit<Side, 'low' | 'high'>;

interface Search {
  readonly a: Sequence;
  readonly b: Sequence;
  readonly index: GramIndex;
  readonly visit: Visit;
  readonly solve: SolveSmallGap;
  readonly marks: Marks;
  gaps: Gaps;
  /** Receives the gaps that the next pass leaves. */
  spare: Gaps;
}

function startSearch(pair: SequencePair, a: RollingHash, b: RollingHash, gaps: Gaps, visit: Visit): Search {
  const [aLength, bLength] = [pair.a.length, pair.b.length];
  // Every gap but the first follows a block, and passes that leave gaps take blocks of two symbols or more.
  const mostGaps = (Math.min(aLength, bLength) >>> 1) + 2;
  const search = {
    a: { hash: a, reach: scratchBytes(aLength) },
    b: { hash: b, reach: scratchBytes(bLength) },
    index: createGramIndex(bLength),
    visit,
    solve: smallGapSolver(pair, visit),
    marks: marksFor(Math.max(aLength, bLength)),
    gaps: emptyGaps(mostGaps),
    spare: emptyGaps(mostGaps),
  };
  for (let gap = 0; gap < gaps.count; gap += 1) {
    keepOrSolve(
      search,
      gaps.aLow[gap] as number,
      gaps.aHigh[gap] as number,
      gaps.bLow[gap] as number,
      gaps.bHigh[gap] as number,
    );
  }
  swapGaps(search);
  return search;
}

function swapGaps(search: Search): void {
  const { gaps, spare } = search;
  search.gaps = spare;
  search.spare = gaps;
  search.spare.count = 0;
}

/** Solves a small gap at once; keeps a larger one for the next pass. */
function keepOrSolve(
  { spare, solve }: Search,
  aLow: number,
  aHigh: number,
  bLow: number,
  bHigh: number,
): void {
  if (aLow >= aHigh || bLow >= bHigh || solve(aLow, aHigh, bLow, bHigh)) return;
  addGap(spare, aLow, aHigh, bLow, bHigh);
}

/** Takes all matches of one size; `search.gaps` holds the gaps that are left afterwards. */
function matchSize(search: Search, size: number): void {
  const { gaps } = search;
  const power = hashPower(size);
  const reaching = countReaching(search, size);
  if (reaching === 0) return;
  search.index.reset(reaching);
  indexGaps(search, size, power);
  for (let gap = 0; gap < gaps.count; gap += 1) matchGap(search, gap, size, power);
  swapGaps(search);
}

function countReaching({ b, gaps }: Search, size: number): number {
  const { reach } = b;
  let count = 0;
  for (let gap = 0; gap < gaps.count; gap += 1) {
    const end = (gaps.bHigh[gap] as number) - size;
    for (let at = gaps.bLow[gap] as number; at <= end; at += 1) if ((reach[at] as number) >= size) count += 1;
  }
  return count;
}

function indexGaps({ b, gaps, index }: Search, size: number, power: number): void {
  const { reach, hash } = b;
  const { prefix } = hash;
  for (let gap = gaps.count - 1; gap >= 0; gap -= 1) {
    if ((gaps.aHigh[gap] as number) - (gaps.aLow[gap] as number) < size) continue;
    const low = gaps.bLow[gap] as number;
    for (let at = (gaps.bHigh[gap] as number) - size; at >= low; at -= 1) {
      if ((reach[at] as number) < size) continue;
      index.add(stretchHash(prefix, at, size, power), at);
    }
  }
}

function matchGap(search: Search, gap: number, size: number, power: number): void {
  const { a, b, gaps, spare, index, visit } = search;
  let aLow = gaps.aLow[gap] as number;
  let bLow = gaps.bLow[gap] as number;
  const aEnd = (gaps.aHigh[gap] as number) - size;
  const bEnd = (gaps.bHigh[gap] as number) - size;
  const { prefix, symbols } = a.hash;
  const { reach } = a;
  for (let at = aLow; at <= aEnd && bLow <= bEnd; at += 1) {
    if ((reach[at] as number) < size) continue;
    const place = index.find(stretchHash(prefix, at, size, power));
    if (place < 0) continue;
    let bAt = index.firstFrom(place, bLow);
    while (bAt >= 0 && bAt <= bEnd && !isEqual(symbols, at, b.hash.symbols, bAt, size)) bAt = index.next(bAt);
    if (bAt < 0 || bAt > bEnd) continue;
    visit(at, bAt, size);
    keepOrSolve(search, aLow, at, bLow, bAt);
    aLow = at + size;
    bLow = bAt + size;
    at = aLow - 1;
  }
  // A gap without a match is as large as before, so the solver would refuse it again.
  if (aLow === gaps.aLow[gap]) addGap(spare, aLow, aEnd + size, bLow, bEnd + size);
  else keepOrSolve(search, aLow, aEnd + size, bLow, bEnd + size);
}

function isEqual(a: Int32Array, aAt: number, b: Int32Array, bAt: number, size: number): boolean {
  for (let step = 0; step < size; step += 1) if (a[aAt + step] !== b[bAt + step]) return false;
  return true;
}

/** Takes matches of one symbol; the symbol itself is the index. */
function matchSymbols({ a, b, symbols }: SequencePair, gaps: Gaps, visit: Visit): void {
  const heads = scratchInts(symbols).fill(-1);
  const following = scratchInts(b.length);
  for (let gap = gaps.count - 1; gap >= 0; gap -= 1) {
    for (let at = (gaps.bHigh[gap] as number) - 1; at >= (gaps.bLow[gap] as number); at -= 1) {
      following[at] = heads[b[at] as number] as number;
      heads[b[at] as number] = at;
    }
  }
  for (let gap = 0; gap < gaps.count; gap += 1) {
    const [aLow, aHigh] = [gaps.aLow[gap] as number, gaps.aHigh[gap] as number];
    const [bLow, bHigh] = [gaps.bLow[gap] as number, gaps.bHigh[gap] as number];
    takeSymbols(a, { heads, following }, aLow, aHigh, bLow, bHigh, visit);
  }
}
