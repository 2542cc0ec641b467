import { forEachMatchingBlock } from './matching/matching-blocks.ts';
import { forEachBlock, occurrenceMatcher } from './matching/occurrence-matcher.ts';
import type { Match } from './matching/occurrence-matcher.ts';
import { itemPair } from './matching/parts/sequence-pair.ts';
import type { SequencePair } from './matching/parts/sequence-pair.ts';

/** a[aStart, aEnd) becomes b[bStart, bEnd); one of the two may be empty. */
export interface LineChange {
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
}

/**
 * The lines of `difflib.unified_diff(a, b, n=context, lineterm='')` without the two file headers, including the effects of
 * difflib's popularity heuristic for 200 lines or more. Empty where nothing differs.
 */
export function unifiedDiff(a: readonly string[], b: readonly string[], context = 3): string[] {
  const groups = groupChanges(lineChanges(a, b), context);
  return groups.flatMap((group) => hunk(a, b, group, context));
}

/** The changes from one list of lines to the other, in order and never adjacent, as difflib matches the lines. */
export function lineChanges(a: readonly string[], b: readonly string[]): LineChange[] {
  const changes: LineChange[] = [];
  let aAt = 0;
  let bAt = 0;
  for (const match of matchingBlocks(itemPair(a, b))) {
    if (match.aStart > aAt || match.bStart > bAt) {
      changes.push({ aStart: aAt, aEnd: match.aStart, bStart: bAt, bEnd: match.bStart });
    }
    aAt = match.aStart + match.size;
    bAt = match.bStart + match.size;
  }
  return changes;
}

/** The matches in order, followed by an empty match at the ends of both lists. */
function matchingBlocks(pair: SequencePair): Match[] {
  const { a, b } = pair;
  const blocks: Match[] = [];
  const counts = countsInB(pair);
  const popular = popularSymbols(pair, counts);
  if (popular.size === 0 && areRepetitive(pair, counts)) {
    forEachMatchingBlock(
      pair,
      (aStart, bStart, size) => void blocks.push({ aStart, bStart, size }),
      undefined,
    );
  } else {
    const whole = { aLow: 0, aHigh: a.length, bLow: 0, bHigh: b.length };
    forEachBlock(whole, occurrenceMatcher(pair, popular), (match) => blocks.push(match));
  }
  blocks.sort((left, right) => left.aStart - right.aStart);
  return [...blocks, { aStart: a.length, bStart: b.length, size: 0 }];
}

function countsInB({ b, symbols }: SequencePair): Int32Array {
  const counts = new Int32Array(symbols);
  for (const symbol of b) counts[symbol] = (counts[symbol] as number) + 1;
  return counts;
}

/** Whether visiting every pair of equal lines is too slow: with 100 distinct lines, 200,000 lines took 10 s. */
function areRepetitive({ a, b }: SequencePair, counts: Int32Array): boolean {
  let equalPairs = 0;
  for (const symbol of a) equalPairs += counts[symbol] as number;
  return equalPairs > 32 * (a.length + b.length);
}

/** difflib's heuristic: in lists of 200 items or more, items that occur more than `floor(length / 100) + 1` times are popular. */
function popularSymbols({ b }: SequencePair, counts: Int32Array): Set<number> {
  if (b.length < 200) return new Set();
  const limit = Math.floor(b.length / 100) + 1;
  return new Set(b.filter((symbol) => (counts[symbol] as number) > limit));
}

/** Groups the changes by hunk: changes whose contexts touch or overlap share one. */
function groupChanges(changes: readonly LineChange[], context: number): LineChange[][] {
  const groups: LineChange[][] = [];
  let previous: LineChange | undefined;
  for (const change of changes) {
    const group = groups.at(-1);
    if (group !== undefined && previous !== undefined && change.aStart - previous.aEnd <= 2 * context)
      group.push(change);
    else groups.push([change]);
    previous = change;
  }
  return groups;
}

function hunk(
  a: readonly string[],
  b: readonly string[],
  group: readonly LineChange[],
  context: number,
): string[] {
  const first = group[0] as LineChange;
  const last = group.at(-1) as LineChange;
  const before = Math.min(context, first.aStart, first.bStart);
  const after = Math.min(context, a.length - last.aEnd, b.length - last.bEnd);
  const lines = [header(first.aStart - before, last.aEnd + after, first.bStart - before, last.bEnd + after)];
  let at = first.aStart - before;
  for (const change of group) {
    pushLines(lines, ' ', a, at, change.aStart);
    pushLines(lines, '-', a, change.aStart, change.aEnd);
    pushLines(lines, '+', b, change.bStart, change.bEnd);
    at = change.aEnd;
  }
  pushLines(lines, ' ', a, at, last.aEnd + after);
  return lines;
}

function header(aStart: number, aEnd: number, bStart: number, bEnd: number): string {
  return `@@ -${range(aStart, aEnd)} +${range(bStart, bEnd)} @@`;
}

/** Line numbers start at 1; an empty range has the number of the line before it, and the length 1 is omitted. */
function range(start: number, end: number): string {
  const size = end - start;
  if (size === 1) return `${start + 1}`;
  return size === 0 ? `${start},0` : `${start + 1},${size}`;
}

function pushLines(into: string[], mark: string, lines: readonly string[], start: number, end: number): void {
  for (let at = start; at < end; at += 1) into.push(`${mark}${lines[at]}`);
}
