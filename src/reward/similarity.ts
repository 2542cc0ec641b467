import { automatonMatcher } from './automaton-matcher.ts';
import { type Cancellation, throwIfCancelled } from './cancellation.ts';
import { forEachBlock } from './match.ts';
import type { FindChain, Match, Region } from './match.ts';
import { occurrenceMatcher } from './occurrence-matcher.ts';
import { characterPair } from './sequence-pair.ts';
import type { SequencePair } from './sequence-pair.ts';

/**
 * `difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()` over code points, ties included: 2·M/T in 0..1, and 1 for
 * two empty strings. Not symmetric: the first argument is the prediction, the second the oracle (swe-rl §1.3.1).
 */
export function ratio(a: string, b: string, cancellation?: Cancellation): number {
  if (a === b) return 1;
  const pair = characterPair(a, b);
  let matched = 0;
  forEachMatch(pair, cancellation, ({ size }) => {
    matched += size;
  });
  return (2 * matched) / (pair.a.length + pair.b.length);
}

/** What `ratio` counts, in order: stretches of equal code points; positions and sizes are in code points. */
export function matchingBlocks(a: string, b: string, cancellation?: Cancellation): Match[] {
  const blocks: Match[] = [];
  forEachMatch(characterPair(a, b), cancellation, (match) => blocks.push(match));
  return blocks.sort((left, right) => left.aStart - right.aStart);
}

function forEachMatch(
  pair: SequencePair,
  cancellation: Cancellation | undefined,
  visit: (match: Match) => void,
): void {
  const whole = { aLow: 0, aHigh: pair.a.length, bLow: 0, bHigh: pair.b.length };
  const find = cheapestMatcher(pair);
  const findUnlessCancelled: FindChain = (region) => {
    throwIfCancelled(cancellation);
    return find(region);
  };
  forEachBlock(whole, findUnlessCancelled, visit);
}

/** Picks the cheaper matcher for each region; both give the same match. */
function cheapestMatcher(pair: SequencePair): FindChain {
  const density = equalShare(pair);
  const byOccurrence = occurrenceMatcher(pair);
  let byAutomaton: FindChain | undefined;
  return (region) => {
    if (isSmall(region, density)) return byOccurrence(region);
    byAutomaton ??= automatonMatcher(pair);
    return byAutomaton(region);
  };
}

/** Weights in ns, tuned on pairs of source files of 2 to 100 kB: 3 a pair of equal symbols, 150 a symbol to build, 40 to walk. */
function isSmall(region: Region, density: number): boolean {
  const aSize = region.aHigh - region.aLow;
  const bSize = region.bHigh - region.bLow;
  return aSize * bSize * density * 3 < Math.min(aSize, bSize) * 150 + Math.max(aSize, bSize) * 40;
}

/** The share of all pairs (symbol of a, symbol of b) that are equal. */
function equalShare({ a, b, symbols }: SequencePair): number {
  const countInB = new Int32Array(symbols);
  for (const symbol of b) countInB[symbol] = (countInB[symbol] as number) + 1;
  let equal = 0;
  for (const symbol of a) equal += countInB[symbol] as number;
  return equal / Math.max(1, a.length * b.length);
}
