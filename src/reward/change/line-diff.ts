import type { LineChange } from '../../diff/unified-diff.ts';

/** Most rounds of anchoring inside gaps: each round takes linear time, and real files need two or three. */
const rounds = 8;

interface Gap extends LineChange {
  readonly round: number;
}

/**
 * The changes from one list of lines to the other, in order and never adjacent; not always minimal, but O(n log n) for every
 * input. Matches equal lines at both ends, then lines that occur once on each side, then aligns exactly where one side is short.
 */
export function lineDiff(a: readonly string[], b: readonly string[]): LineChange[] {
  const changes: LineChange[] = [];
  const open: Gap[] = [{ aStart: 0, aEnd: a.length, bStart: 0, bEnd: b.length, round: 0 }];
  for (let gap = open.pop(); gap !== undefined; gap = open.pop()) {
    const rest = trimmed(a, b, gap);
    if (rest.aStart === rest.aEnd && rest.bStart === rest.bEnd) continue;
    const parts = divide(a, b, rest);
    if (parts === null) changes.push(rest);
    else for (const part of parts.reverse()) open.push(part);
  }
  return joined(changes);
}

/** Null where no line inside is equal, or the rounds are used up. */
function divide(a: readonly string[], b: readonly string[], gap: Gap): Gap[] | null {
  if (gap.round > rounds || gap.aStart === gap.aEnd || gap.bStart === gap.bEnd) return null;
  const isShort = exactlyAligned(gap);
  const pairs = isShort ? alignExactly(a, b, gap) : uniqueAnchors(a, b, gap);
  return pairs.length === 0 ? null : between(pairs, gap, isShort ? rounds + 1 : gap.round + 1);
}

function trimmed(a: readonly string[], b: readonly string[], gap: Gap): Gap {
  let { aStart, aEnd, bStart, bEnd } = gap;
  while (aStart < aEnd && bStart < bEnd && a[aStart] === b[bStart]) {
    aStart += 1;
    bStart += 1;
  }
  while (aStart < aEnd && bStart < bEnd && a[aEnd - 1] === b[bEnd - 1]) {
    aEnd -= 1;
    bEnd -= 1;
  }
  return { aStart, aEnd, bStart, bEnd, round: gap.round };
}

function between(pairs: readonly (readonly [number, number])[], gap: Gap, round: number): Gap[] {
  const parts: Gap[] = [];
  let { aStart, bStart } = gap;
  for (const [aAt, bAt] of pairs) {
    parts.push({ aStart, aEnd: aAt, bStart, bEnd: bAt, round });
    [aStart, bStart] = [aAt + 1, bAt + 1];
  }
  parts.push({ aStart, aEnd: gap.aEnd, bStart, bEnd: gap.bEnd, round });
  return parts;
}

function joined(changes: readonly LineChange[]): LineChange[] {
  const joins: LineChange[] = [];
  for (const { aStart, aEnd, bStart, bEnd } of changes) {
    const last = joins.at(-1);
    if (last?.aEnd === aStart && last.bEnd === bStart) joins[joins.length - 1] = { ...last, aEnd, bEnd };
    else joins.push({ aStart, aEnd, bStart, bEnd });
  }
  return joins;
}

/** Gaps whose shorter side has at most this many lines are aligned exactly: 64 steps for each line of the longer side. */
const shortSide = 64;

export function exactlyAligned({ aStart, aEnd, bStart, bEnd }: LineChange): boolean {
  return Math.min(aEnd - aStart, bEnd - bStart) <= shortSide;
}

/** A longest common subsequence of the two sides of a gap, as pairs of line indices in order; takes n·m steps and bytes. */
export function alignExactly(
  a: readonly string[],
  b: readonly string[],
  gap: LineChange,
): [aAt: number, bAt: number][] {
  const width = gap.bEnd - gap.bStart + 1;
  const sizes = commonSizes(a, b, gap);
  const pairs: [number, number][] = [];
  let aAt = gap.aStart;
  let bAt = gap.bStart;
  while (aAt < gap.aEnd && bAt < gap.bEnd) {
    const cell = (aAt - gap.aStart) * width + bAt - gap.bStart;
    if (a[aAt] === b[bAt]) {
      pairs.push([aAt, bAt]);
      aAt += 1;
      bAt += 1;
    } else if ((sizes[cell + width] as number) >= (sizes[cell + 1] as number)) aAt += 1;
    else bAt += 1;
  }
  return pairs;
}

/** The size of the longest common subsequence for each pair of suffixes; at most `shortSide`, so a byte holds it. */
function commonSizes(a: readonly string[], b: readonly string[], gap: LineChange): Uint8Array {
  const width = gap.bEnd - gap.bStart + 1;
  const height = gap.aEnd - gap.aStart + 1;
  const sizes = new Uint8Array(width * height);
  for (let row = height - 2; row >= 0; row -= 1) {
    const line = a[gap.aStart + row];
    for (let column = width - 2; column >= 0; column -= 1) {
      const cell = row * width + column;
      sizes[cell] =
        line === b[gap.bStart + column]
          ? (sizes[cell + width + 1] as number) + 1
          : Math.max(sizes[cell + width] as number, sizes[cell + 1] as number);
    }
  }
  return sizes;
}

type Pair = readonly [aAt: number, bAt: number];

/** The longest rising chain of lines that occur exactly once on each side of the gap; O(n log n). */
export function uniqueAnchors(a: readonly string[], b: readonly string[], gap: LineChange): Pair[] {
  const inB = singles(b, gap.bStart, gap.bEnd);
  const pairs: Pair[] = [];
  for (const [line, aAt] of singles(a, gap.aStart, gap.aEnd)) {
    const bAt = inB.get(line);
    if (bAt !== undefined && bAt >= 0 && aAt >= 0) pairs.push([aAt, bAt]);
  }
  return longestRise(pairs);
}

/** The index of each line, in order of first appearance; -1 for a line that occurs more than once. */
function singles(lines: readonly string[], start: number, end: number): Map<string, number> {
  const places = new Map<string, number>();
  for (let at = start; at < end; at += 1) {
    const line = lines[at] as string;
    places.set(line, places.has(line) ? -1 : at);
  }
  return places;
}

/** Patience sorting of pairs that are ordered by a. */
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
