import type { LineChange } from '../../diff/unified-diff.ts';

type Pair = readonly [aAt: number, bAt: number];

/** The longest rising chain of lines that stand exactly once on each side of the gap; n log n. */
export function uniqueAnchors(a: readonly string[], b: readonly string[], gap: LineChange): Pair[] {
  const inB = singles(b, gap.bStart, gap.bEnd);
  const pairs: Pair[] = [];
  for (const [line, aAt] of singles(a, gap.aStart, gap.aEnd)) {
    const bAt = inB.get(line);
    if (bAt !== undefined && bAt >= 0 && aAt >= 0) pairs.push([aAt, bAt]);
  }
  return longestRise(pairs);
}

/** Where each line stands, in order of first appearance; -1 for one that stands there more than once. */
function singles(lines: readonly string[], start: number, end: number): Map<string, number> {
  const places = new Map<string, number>();
  for (let at = start; at < end; at += 1) {
    const line = lines[at] as string;
    places.set(line, places.has(line) ? -1 : at);
  }
  return places;
}

/** Patience sorting; the pairs come in order of a. */
function longestRise(pairs: readonly Pair[]): Pair[] {
  const tops: number[] = [];
  const before = new Int32Array(pairs.length);
  for (const [index, [, bAt]] of pairs.entries()) {
    const pile = firstPileAbove(tops, pairs, bAt);
    before[index] = pile === 0 ? -1 : (tops[pile - 1] as number);
    tops[pile] = index;
  }
  const rise: Pair[] = [];
  for (let at = tops.at(-1) ?? -1; at >= 0; at = before[at] as number) rise.push(pairs[at] as Pair);
  return rise.reverse();
}

function firstPileAbove(tops: readonly number[], pairs: readonly Pair[], bAt: number): number {
  let low = 0;
  let high = tops.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pairs[tops[middle] as number] as Pair)[1] < bAt) low = middle + 1;
    else high = middle;
  }
  return low;
}
