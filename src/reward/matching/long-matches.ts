import { type Cancellation, throwIfCancelled } from '../cancellation.ts';
import { type BlockList, emptyBlockList, gapsBetween } from './block-list.ts';
import { commonRuns, leastRun, type Sampling } from './common-runs.ts';
import { matchRepetitive } from './repetitive-matches.ts';
import type { RollingHash } from './rolling-hash.ts';
import { takeRuns } from './take-runs.ts';

const longest: Sampling = { stride: 128, gram: 129 };
const shortest: Sampling = { stride: 16, gram: 17 };

/** `longMatches` leaves no match of this size or more. */
export const leastLong = leastRun(shortest);

/**
 * What Ratcliff and Obershelp take of `leastLong` symbols and more. First the matches that few places can begin, then
 * those inside the gaps that these leave, where fewer repetitions meet each other: 40 ns a symbol on real diffs of 100 kB.
 * Texts that repeat themselves too much for either take the way that is linear whatever they hold, at 1 to 3 µs.
 */
export function longMatches(
  a: RollingHash,
  b: RollingHash,
  cancellation: Cancellation | undefined,
): BlockList {
  const lengths = { a: a.symbols.length, b: b.symbols.length };
  const blocks = emptyBlockList(Math.floor(Math.min(lengths.a, lengths.b) / leastLong) + 1);
  for (const sampling of [longest, shortest]) {
    if (Math.min(lengths.a, lengths.b) < leastRun(sampling)) continue;
    throwIfCancelled(cancellation);
    const runs = commonRuns(a, b, gapsBetween(blocks, lengths), sampling, cancellation);
    if (runs !== null && takeRuns(runs, leastRun(sampling), blocks, lengths, cancellation)) continue;
    matchRepetitive({ a: a.symbols, b: b.symbols }, leastLong, blocks, cancellation);
    break;
  }
  return blocks;
}
