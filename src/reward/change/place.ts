import { shownLines } from './changes.ts';
import type { ChangeBlock } from './changes.ts';

/** Ranges [start, end) of old line numbers, in order; ranges neither touch nor overlap. */
export type Place = readonly (readonly [start: number, end: number])[];

/** The old lines that the blocks change, with the lines that a diff shows on each side. */
export function placeOf(blocks: readonly ChangeBlock[]): Place {
  const ranges = blocks.map(({ oldStart, removed }): [number, number] => [
    oldStart - shownLines,
    oldStart + removed.length + shownLines,
  ]);
  ranges.sort(([one], [other]) => one - other);
  const place: [number, number][] = [];
  for (const [start, end] of ranges) {
    const last = place.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else place.push([start, end]);
  }
  return place;
}

/** Dice's coefficient of two non-empty sets of lines, 0..1. */
export function placeDice(a: Place, b: Place): number {
  return (2 * commonLines(a, b)) / (lineCount(a) + lineCount(b));
}

function commonLines(a: Place, b: Place): number {
  let common = 0;
  let at = 0;
  for (const [start, end] of a) {
    while (at < b.length && (b[at] as Place[number])[1] <= start) at += 1;
    for (let other = at; other < b.length && (b[other] as Place[number])[0] < end; other += 1) {
      const [otherStart, otherEnd] = b[other] as Place[number];
      common += Math.min(end, otherEnd) - Math.max(start, otherStart);
    }
  }
  return common;
}

function lineCount(place: Place): number {
  let lines = 0;
  for (const [start, end] of place) lines += end - start;
  return lines;
}
