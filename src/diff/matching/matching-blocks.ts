import type { Cancellation } from '../../domain/cancellation.ts';
import { longMatches } from './long/long-matches.ts';
import { gapsBetween } from './parts/blocks.ts';
import type { Visit } from './parts/blocks.ts';
import { rollingHash } from './parts/rolling-hash.ts';
import type { SequencePair } from './parts/sequence-pair.ts';
import { matchShort } from './short/short-matches.ts';

/**
 * Visits the matching blocks of Ratcliff and Obershelp: the longest match (of equal ones the earliest in a, then in b), then
 * the same to its left and to its right. Near-linear time and linear memory for every input. Throws `cancelled`.
 */
export function forEachMatchingBlock(
  pair: SequencePair,
  visit: Visit,
  cancellation: Cancellation | undefined,
): void {
  const a = rollingHash(pair.a);
  const b = rollingHash(pair.b);
  const { blocks, below } = longMatches(a, b, cancellation);
  for (let index = 0; index < blocks.count; index += 1) {
    visit(blocks.aStart[index] as number, blocks.bStart[index] as number, blocks.size[index] as number);
  }
  matchShort(
    pair,
    a,
    b,
    gapsBetween(blocks, { a: pair.a.length, b: pair.b.length }),
    below,
    visit,
    cancellation,
  );
}
