import { type Cancellation, throwIfCancelled } from '../../../domain/cancellation.ts';
import { type BlockList, emptyBlockList, gapsBetween } from '../parts/blocks.ts';
import type { RollingHash } from '../parts/rolling-hash.ts';
import { withinScratch } from '../parts/scratch.ts';
import { matchRepetitive } from '../repetitive/repetitive-matches.ts';
import { commonRuns, leastRun, type Sampling } from './common-runs.ts';
import { takeRuns } from './take-runs.ts';

/** Each finds few runs in what the one before leaves: tuned on real diffs of 2 to 100 kB. */
const samplings: readonly Sampling[] = [
  { stride: 64, gram: 65 },
  { stride: 16, gram: 17 },
];
const shorter: Sampling = { stride: 6, gram: 11 };

const leastLong = 32;

export interface LongMatches {
  readonly blocks: BlockList;
  /** No match of this size or more is left; at most 32. */
  readonly below: number;
}

/**
 * What Ratcliff and Obershelp take of 16 symbols and more. First the matches that few places can begin, then
 * those inside the gaps that these leave, where fewer repetitions meet each other: 35 ns a symbol on real diffs of 100 kB.
 * Texts that repeat themselves too much for matches of 32 take the way that is linear whatever they hold, at 1 to 3 µs;
 * those that do so for matches of 16 leave what is shorter than 32.
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
  // Where it stops half-way, what it took is right: the largest come first.
  return { blocks, below: takes(shorter) ? leastRun(shorter) : leastLong };
}
