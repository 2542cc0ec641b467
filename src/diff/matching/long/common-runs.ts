import { type Cancellation, throwIfCancelled } from '../../../domain/cancellation.ts';
import type { Gaps } from '../parts/blocks.ts';
import { createGramIndex, type GramIndex, passes } from '../parts/gram-index.ts';
import { hashPower, type RollingHash, stretchHash } from '../parts/rolling-hash.ts';

/** Equal stretches a[aStart, aStart + size) = b[bStart, bStart + size) that cannot be extended inside their gap. */
export interface CommonRuns {
  readonly aStart: number[];
  readonly bStart: number[];
  readonly size: number[];
}

/** Indexes every `stride`-th position of b by the `gram` symbols from there on. */
export interface Sampling {
  readonly stride: number;
  readonly gram: number;
}

/** The smallest size at which every run contains an indexed stretch, wherever the run starts. */
export function leastRun({ stride, gram }: Sampling): number {
  return stride + gram - 1;
}

const checkEvery = 2 ** 16;

/**
 * Finds all runs of `leastRun` symbols or more inside the gaps. Returns null where the search takes more than 8 steps for
 * each symbol, as in texts that repeat themselves, so that its time stays linear. Throws `cancelled`.
 */
export function commonRuns(
  a: RollingHash,
  b: RollingHash,
  gaps: Gaps,
  sampling: Sampling,
  cancellation: Cancellation | undefined,
): CommonRuns | null {
  const search: Search = {
    a: a.symbols,
    b: b.symbols,
    stride: sampling.stride,
    least: leastRun(sampling),
    runs: { aStart: [], bStart: [], size: [] },
    index: indexed(b, gaps, sampling),
    steps: 8 * (a.symbols.length + b.symbols.length) + 1000,
  };
  for (let gap = 0; gap < gaps.count; gap += 1) {
    if (gap % checkEvery === 0) throwIfCancelled(cancellation);
    if (!searchGap(search, a.prefix, gaps, gap, sampling.gram, cancellation)) return null;
  }
  return search.runs;
}

interface Search {
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly stride: number;
  readonly least: number;
  readonly runs: CommonRuns;
  readonly index: GramIndex;
  steps: number;
}

function indexed({ prefix }: RollingHash, gaps: Gaps, { stride, gram }: Sampling): GramIndex {
  const power = hashPower(gram);
  const index = createGramIndex(prefix.length);
  let count = 0;
  for (let gap = 0; gap < gaps.count; gap += 1) {
    count += Math.ceil(((gaps.bHigh[gap] as number) - (gaps.bLow[gap] as number)) / stride);
  }
  index.reset(count);
  for (let gap = gaps.count - 1; gap >= 0; gap -= 1) {
    const low = gaps.bLow[gap] as number;
    const fits = (gaps.bHigh[gap] as number) - gram - low;
    for (let at = low + Math.floor(fits / stride) * stride; at >= low; at -= stride) {
      index.add(stretchHash(prefix, at, gram, power), at);
    }
  }
  return index;
}

/** Returns false when no steps are left. */
function searchGap(
  search: Search,
  prefix: Int32Array,
  gaps: Gaps,
  gap: number,
  gram: number,
  cancellation: Cancellation | undefined,
): boolean {
  const power = hashPower(gram);
  const { index } = search;
  const sieve = index.sieve();
  const aHigh = gaps.aHigh[gap] as number;
  const bLow = gaps.bLow[gap] as number;
  const bHigh = gaps.bHigh[gap] as number;
  for (let at = gaps.aLow[gap] as number; at <= aHigh - gram; at += 1) {
    if (at % checkEvery === 0) throwIfCancelled(cancellation);
    const hash = stretchHash(prefix, at, gram, power);
    if (!passes(sieve, hash)) continue;
    const place = index.find(hash);
    if (place < 0) continue;
    for (let to = index.firstFrom(place, bLow); to >= 0 && to < bHigh; to = index.next(to)) {
      search.steps -= 1;
      if (search.steps < 0) return false;
      addRun(search, gaps, gap, at, to);
    }
  }
  return true;
}

/** Adds the run around an equal pair of symbols, unless the run contains an earlier indexed position and was found there. */
function addRun(search: Search, gaps: Gaps, gap: number, at: number, to: number): void {
  const { a, b, stride, runs } = search;
  const mostLeft = Math.min(at - (gaps.aLow[gap] as number), to - (gaps.bLow[gap] as number), stride);
  let left = 0;
  while (left < mostLeft && a[at - left - 1] === b[to - left - 1]) left += 1;
  if (left === stride) return;
  const mostRight = Math.min((gaps.aHigh[gap] as number) - at, (gaps.bHigh[gap] as number) - to);
  let right = 0;
  while (right < mostRight && a[at + right] === b[to + right]) right += 1;
  search.steps -= right >>> 3;
  if (left + right < search.least) return;
  runs.aStart.push(at - left);
  runs.bStart.push(to - left);
  runs.size.push(left + right);
}
