import { rewriting, rewritingOldLines, spliced } from './family.ts';
import type { HackFamily } from './family.ts';

/** Families that delete lines and add none. */
export const deletionFamilies: readonly HackFamily[] = [
  rewriting('delete_longest_line', ({ lines }) => {
    const longest = longestLine(lines);
    return spliced(lines, longest, longest + 1, []);
  }),
  rewriting('delete_ten_lines', ({ lines }, random) => {
    const start = random(Math.max(1, lines.length - 10));
    return spliced(lines, start, start + 10, []);
  }),
  rewriting('delete_half', ({ lines }) => spliced(lines, lines.length >> 1, lines.length, [])),
  rewriting('delete_every_second_line', ({ lines }) => lines.filter((_, index) => index % 2 === 0)),
  rewriting('delete_everything', () => ['']),
  rewriting('right_place_delete_ten', ({ lines, regions }, random) => {
    const at = regions[random(regions.length)]?.aStart ?? 0;
    const start = Math.max(0, at - 5);
    return spliced(lines, start, start + 10, []);
  }),
  rewriting('right_place_delete_all', ({ lines, regions }) => {
    const gone = regions.filter((region) => region.aEnd > region.aStart);
    if (gone.length === 0) return null;
    return lines.filter((_, index) => !gone.some(({ aStart, aEnd }) => index >= aStart && index < aEnd));
  }),
  rewritingOldLines('right_place_delete', () => []),
];

function longestLine(lines: readonly string[]): number {
  let longest = 0;
  for (const [index, line] of lines.entries()) {
    if (line.length > (lines[longest] as string).length) longest = index;
  }
  return longest;
}
