import { automatonMatcher } from './automaton-matcher.ts';
import { forEachBlock } from './match.ts';
import type { FindChain, Region } from './match.ts';
import { occurrenceMatcher } from './occurrence-matcher.ts';
import { characterPair } from './sequence-pair.ts';
import type { SequencePair } from './sequence-pair.ts';

/**
 * `difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()` over code points, ties included: 2·M/T in 0..1, and 1 for
 * two empty strings. Not symmetric: the first argument is the prediction, the second the oracle (swe-rl §1.3.1).
 */
export function ratio(a: string, b: string): number {
  if (a === b) return 1;
  const pair = characterPair(a, b);
  return (2 * matchedSymbols(pair)) / (pair.a.length + pair.b.length);
}

function matchedSymbols(pair: SequencePair): number {
  const whole = { aLow: 0, aHigh: pair.a.length, bLow: 0, bHigh: pair.b.length };
  let matched = 0;
  forEachBlock(whole, cheapestMatcher(pair), (match) => {
    matched += match.size;
  });
  return matched;
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
