import type { Cancellation } from '../domain/cancellation.ts';
import { forEachMatchingBlock } from './matching/matching-blocks.ts';
import type { Match } from './matching/occurrence-matcher.ts';
import { withScratch } from './matching/parts/scratch.ts';
import { characterPair } from './matching/parts/sequence-pair.ts';

/**
 * The similarity of two texts in 0..1, equal to `difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()` over code points
 * to the last bit: 2·M/T, and 1 for two empty strings. Not symmetric: the first argument is the prediction, the second the
 * oracle (docs/contracts/reward.md#similarity). Throws `cancelled`.
 */
export function ratio(a: string, b: string, cancellation?: Cancellation): number {
  if (a === b) return 1;
  let matched = 0;
  const count = (_aStart: number, _bStart: number, size: number): void => {
    matched += size;
  };
  return withScratch(() => {
    const pair = characterPair(a, b);
    forEachMatchingBlock(pair, count, cancellation);
    return (2 * matched) / (pair.a.length + pair.b.length);
  });
}

/** The equal stretches that `ratio` counts, in order; positions and sizes in code points. Throws `cancelled`. */
export function matchingBlocks(a: string, b: string, cancellation?: Cancellation): Match[] {
  const blocks: Match[] = [];
  const add = (aStart: number, bStart: number, size: number): void => {
    blocks.push({ aStart, bStart, size });
  };
  withScratch(() => forEachMatchingBlock(characterPair(a, b), add, cancellation));
  return blocks.sort((left, right) => left.aStart - right.aStart);
}
