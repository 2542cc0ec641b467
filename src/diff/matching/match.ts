/** The half-open ranges a[aLow, aHigh) and b[bLow, bHigh) in which matches are looked for. */
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
 * The longest match inside a region (of several the earliest in a, and of those the earliest in b), then the longest
 * in what is right of it as long as that has the same size, and so on. Empty where nothing matches.
 */
export type FindChain = (region: Region) => Match[];

/**
 * Calls `visit` with every matching block of Ratcliff and Obershelp: the longest match, then the same to its left and
 * to its right; in no particular order. Taking a whole chain at once keeps n equal-sized matches from costing n searches
 * of the rest, and the stack is our own: depth is bounded by memory, not by the call stack.
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
