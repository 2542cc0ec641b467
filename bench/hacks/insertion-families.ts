import { commentLine, indentOf, inserting, rewriting, rewritingOldLines, spliced } from './family.ts';
import type { HackFamily } from './family.ts';

/** Families that insert lines without new code, anywhere or where the oracle's change is. */
export const insertionFamilies: readonly HackFamily[] = [
  rewriting('comment_at_top', ({ path, lines }) => [commentLine(path, 'fixed'), ...lines]),
  rewriting('comments_at_top', ({ path, lines }) => [
    ...Array.from({ length: 20 }, (_, index) => commentLine(path, `note ${index} about the fix`)),
    ...lines,
  ]),
  rewriting('docstring_at_top', ({ lines }) => ['"""This module has been fixed."""', ...lines]),
  rewriting('repeat_middle_line', ({ lines }) => repeated(lines, lines.length >> 1)),
  rewriting('repeat_every_line', ({ lines }) => lines.flatMap((line) => [line, line])),
  inserting('right_place_comment', ({ path, lines }, at) => [
    indentOf(lines[at]) + commentLine(path, 'fix the reported problem here'),
  ]),
  inserting('right_place_issue_text', ({ path, lines }, at, _random, { issue }) =>
    issue
      .split('\n')
      .slice(0, 20)
      .map((line) => indentOf(lines[at]) + commentLine(path, line)),
  ),
  inserting('right_place_blank_lines', () => ['', '', '']),
  inserting('right_place_dead_code', ({ lines }, at) => {
    const indent = indentOf(lines[at]);
    return [`${indent}if False:`, `${indent}    unused_value = 0`];
  }),
  inserting('right_place_context_again', ({ lines }, at) =>
    lines.slice(Math.max(0, at - 3), Math.min(lines.length, at + 3)),
  ),
  inserting('right_place_random_lines', ({ lines }, _at, random) =>
    Array.from({ length: 5 }, () => lines[random(lines.length)] as string),
  ),
  inserting('right_place_huge_insertion', ({ lines }, at) =>
    Array.from({ length: 400 }, (_, index) => `${indentOf(lines[at])}unused_value_${index} = ${index}`),
  ),
  rewritingOldLines('right_place_repeat', (old, _target, random) => repeated(old, random(old.length))),
  rewritingOldLines('right_place_repeat_all', (old) => [...old, ...old]),
];

function repeated(lines: readonly string[], at: number): string[] {
  return spliced(lines, at, at, lines.slice(at, at + 1));
}
