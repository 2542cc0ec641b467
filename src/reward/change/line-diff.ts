import type { LineChange } from '../../diff/unified-diff.ts';
import { alignExactly, exactlyAligned } from './align-exactly.ts';
import { uniqueAnchors } from './unique-anchors.ts';

/** Gaps between anchors are looked at again this often: each round is linear, and real files need two or three. */
const rounds = 8;

interface Gap extends LineChange {
  readonly round: number;
}

/**
 * What differs between two lists of lines, in order, never adjacent. Not minimal, but in O(n log n) whatever the input:
 * equal lines at both ends, then lines that stand once on each side, then exact alignment where one side is short.
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

/** Null where nothing inside is equal, or no more is looked for. */
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
