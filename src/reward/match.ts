/** The half-open ranges a[aLow, aHigh) and b[bLow, bHigh) in which a match is looked for. */
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

/** The longest match inside a region; of several the earliest in a, and of those the earliest in b. Size 0: none. */
export type FindLongest = (region: Region) => Match;

/**
 * Calls `visit` with every matching block of Ratcliff and Obershelp: the longest match, then the same to its left and
 * to its right. In no particular order, and with a stack of its own: depth is bounded by memory, not by the call stack.
 */
export function forEachBlock(whole: Region, findLongest: FindLongest, visit: (match: Match) => void): void {
  const open: Region[] = [whole];
  for (let region = open.pop(); region !== undefined; region = open.pop()) {
    const match = findLongest(region);
    if (match.size === 0) continue;
    visit(match);
    pushUnlessEmpty(open, { ...region, aHigh: match.aStart, bHigh: match.bStart });
    pushUnlessEmpty(open, { ...region, aLow: match.aStart + match.size, bLow: match.bStart + match.size });
  }
}

function pushUnlessEmpty(open: Region[], region: Region): void {
  if (region.aLow < region.aHigh && region.bLow < region.bHigh) open.push(region);
}
