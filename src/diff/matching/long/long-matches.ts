import { type Cancellation, throwIfCancelled } from '../../../domain/cancellation.ts';
import { type BlockList, emptyBlockList, gapsBetween } from '../parts/blocks.ts';
import type { RollingHash } from '../parts/rolling-hash.ts';
import { withinScratch } from '../parts/scratch.ts';
import { matchRepetitive } from '../repetitive/repetitive-matches.ts';
import { commonRuns, leastRun, type Sampling } from './common-runs.ts';
import { takeRuns } from './take-runs.ts';

/** Applied in order, each to the gaps that the one before leaves; tuned on real diffs of 2 to 100 kB. */
const samplings: readonly Sampling[] = [
  { stride: 64, gram: 65 },
  { stride: 16, gram: 17 },
];
const shorter: Sampling = { stride: 6, gram: 11 };

const leastLong = 32;

export interface LongMatches {
  readonly blocks: BlockList;
  /** No match of this size or more is left in the gaps; at most 32. */
  readonly below: number;
}

/**
 * Finds the blocks of 16 symbols or more that Ratcliff and Obershelp take. Long runs come first, then shorter ones inside
 * the gaps, where fewer repetitions meet: 35 ns for each symbol on real diffs of 100 kB. Where texts repeat themselves too
 * much for runs of 32, `matchRepetitive` takes over (linear for every input, 1 to 3 µs for each symbol); where they do so
 * only for runs of 16, blocks shorter than 32 are left to `matchShort`.
 */
export function longMatches(
  a: RollingHash,
  b: RollingHash,
  cancellation: Cancellation | undefined,
): LongMatches {
  const lengths = { a: a.symbols.length, b: b.symbols.length };
  const shortestSide = Math.min(lengths.a, lengths.b);
  const blocks = emptyBlockList(Math.floor(shortestSide / leastRun(shorter)) + 1);

  function takes(sampling: Sampling): boolean {
    if (shortestSide < leastRun(sampling)) return true;
    throwIfCancelled(cancellation);
    const runs = withinScratch(() => commonRuns(a, b, gapsBetween(blocks, lengths), sampling, cancellation));
    return runs !== null && takeRuns(runs, leastRun(sampling), blocks, lengths, cancellation);
  }

  if (!samplings.every(takes)) {
    matchRepetitive({ a: a.symbols, b: b.symbols }, leastLong, blocks, cancellation);
    return { blocks, below: leastLong };
  }
  // Blocks that were taken before a stop are right: the largest runs come first.
  return { blocks, below: takes(shorter) ? leastRun(shorter) : leastLong };
}
