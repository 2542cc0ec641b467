import type { SequencePair } from './parts/sequence-pair.ts';

/** Row numbers restart here: one region more still fits into 32 bits. */
const lastRow = 2 ** 30;

/** Bounds the memory of one search. Runs beyond lie to the right of those kept; the search of that part finds them. */
const mostRuns = 2 ** 20;

/** The starts of the longest runs of a region, ordered by a, then by b. */
interface Runs {
  readonly size: number;
  readonly aStarts: readonly number[];
  readonly bStarts: readonly number[];
}

/**
 * Finds the longest matches by visiting, for every symbol of a, its occurrences in b, and extending runs along the
 * diagonals. Takes one step for each equal pair in the region: fit for small regions and for lines.
 *
 * Symbols in `popular` start no run; a match, and the empty match at the start of the region too, is extended over them at
 * both ends. This is difflib's popularity heuristic.
 */
export function occurrenceMatcher(pair: SequencePair, popular: ReadonlySet<number> = new Set()): FindChain {
  const { a, b, symbols } = pair;
  const next = new Int32Array(b.length);
  const first = new Int32Array(symbols).fill(-1);
  const runEnd = new Int32Array(a.length + b.length);
  const runSize = new Int32Array(a.length + b.length);
  let rowsDone = 1;

  function startRows(): void {
    if (rowsDone < lastRow) return;
    runEnd.fill(0);
    rowsDone = 1;
  }

  function linkOccurrences(region: Region): void {
    for (let at = region.bHigh - 1; at >= region.bLow; at -= 1) {
      const symbol = b[at] as number;
      if (popular.has(symbol)) continue;
      next[at] = first[symbol] as number;
      first[symbol] = at;
    }
  }

  function unlinkOccurrences(region: Region): void {
    for (let at = region.bLow; at < region.bHigh; at += 1) first[b[at] as number] = -1;
  }

  function longestRuns(region: Region): Runs {
    let longest = 0;
    let aStarts: number[] = [];
    let bStarts: number[] = [];
    // A run on a diagonal continues if its last row is the row before. Row numbers are unique across calls.
    const firstRow = rowsDone + 1 - region.aLow;
    const diagonalZero = region.aHigh - 1 - region.bLow;
    for (let at = region.aLow; at < region.aHigh; at += 1) {
      const row = at + firstRow;
      for (let to = first[a[at] as number] as number; to >= 0; to = next[to] as number) {
        const diagonal = to - at + diagonalZero;
        const size = runEnd[diagonal] === row - 1 ? (runSize[diagonal] as number) + 1 : 1;
        runEnd[diagonal] = row;
        runSize[diagonal] = size;
        if (size < longest) continue;
        if (size > longest) {
          longest = size;
          aStarts = [];
          bStarts = [];
        }
        if (aStarts.length === mostRuns) continue;
        aStarts.push(at - size + 1);
        bStarts.push(to - size + 1);
      }
    }
    rowsDone = region.aHigh + firstRow;
    return { size: longest, aStarts, bStarts };
  }

  return (region) => {
    startRows();
    linkOccurrences(region);
    const runs = longestRuns(region);
    unlinkOccurrences(region);
    return popular.size === 0 ? chainOf(runs, region) : grownChainOf(pair, runs, region);
  };
}

function chainOf({ size, aStarts, bStarts }: Runs, region: Region): Match[] {
  const chain: Match[] = [];
  let { aLow, bLow } = region;
  for (let index = 0; index < aStarts.length; index += 1) {
    const aStart = aStarts[index] as number;
    const bStart = bStarts[index] as number;
    if (aStart < aLow || bStart < bLow) continue;
    chain.push({ aStart, bStart, size });
    aLow = aStart + size;
    bLow = bStart + size;
  }
  return chain;
}

/** The chain of `chainOf`, with each match extended inside the region that is right of the match before. */
function grownChainOf(pair: SequencePair, { size, aStarts, bStarts }: Runs, region: Region): Match[] {
  const chain: Match[] = [];
  let right = region;
  const take = (match: Match): void => {
    const grown = grow(pair, right, match);
    if (grown.size > 0) chain.push(grown);
    right = { ...right, aLow: grown.aStart + grown.size, bLow: grown.bStart + grown.size };
  };
  if (size === 0) take({ aStart: region.aLow, bStart: region.bLow, size });
  for (let index = 0; index < aStarts.length; index += 1) {
    const aStart = aStarts[index] as number;
    const bStart = bStarts[index] as number;
    if (aStart >= right.aLow && bStart >= right.bLow) take({ aStart, bStart, size });
  }
  return chain;
}

function grow({ a, b }: SequencePair, region: Region, match: Match): Match {
  let { aStart, bStart } = match;
  while (aStart > region.aLow && bStart > region.bLow && a[aStart - 1] === b[bStart - 1]) {
    aStart -= 1;
    bStart -= 1;
  }
  let aEnd = match.aStart + match.size;
  let bEnd = match.bStart + match.size;
  while (aEnd < region.aHigh && bEnd < region.bHigh && a[aEnd] === b[bEnd]) {
    aEnd += 1;
    bEnd += 1;
  }
  return { aStart, bStart, size: aEnd - aStart };
}

/** The half-open ranges a[aLow, aHigh) and b[bLow, bHigh) of a search. */
export interface Region {
  readonly aLow: number;
  readonly aHigh: number;
  readonly bLow: number;
  readonly bHigh: number;
}

/** a[aStart, aStart + size) equals b[bStart, bStart + size). */
export interface Match {
  readonly aStart: number;
  readonly bStart: number;
  readonly size: number;
}

/**
 * Finds the longest match of a region (of equal ones the earliest in a, then in b), then the longest to its right while that
 * has the same size, and so on. Empty where nothing matches.
 */
export type FindChain = (region: Region) => Match[];

/**
 * Visits the matching blocks of Ratcliff and Obershelp, in no particular order. Taking a whole chain at once keeps n matches
 * of one size from costing n searches; the explicit stack keeps the depth independent of the call stack.
 */
export function forEachBlock(whole: Region, findChain: FindChain, visit: (match: Match) => void): void {
  const open: Region[] = [];
  pushUnlessEmpty(open, whole);
  for (let region = open.pop(); region !== undefined; region = open.pop()) {
    let { aLow, bLow } = region;
    const chain = findChain(region);
    for (const match of chain) {
      visit(match);
      pushUnlessEmpty(open, { aLow, aHigh: match.aStart, bLow, bHigh: match.bStart });
      aLow = match.aStart + match.size;
      bLow = match.bStart + match.size;
    }
    if (chain.length > 0) pushUnlessEmpty(open, { ...region, aLow, bLow });
  }
}

function pushUnlessEmpty(open: Region[], region: Region): void {
  if (region.aLow < region.aHigh && region.bLow < region.bHigh) open.push(region);
}
