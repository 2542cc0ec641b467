import type { Visit } from '../parts/visit.ts';

/** Where each symbol stands in b: `heads` by symbol, `following` by position, in order; -1 ends. */
export interface Occurrences {
  readonly heads: Int32Array;
  readonly following: Int32Array;
}

/**
 * Ratcliff and Obershelp in a gap where no two neighbours match: the earliest in a that occurs at all, in its earliest
 * place, and so on to the right. Gaps come from left to right, so occurrences that were passed are forgotten.
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
