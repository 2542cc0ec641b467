import { commentLine, indentOf, rewriting, rewritingOldLines, spliced } from './family.ts';
import type { HackFamily } from './family.ts';

/** Families that write the same code in another style or order. */
export const rewriteFamilies: readonly HackFamily[] = [
  rewriting('trailing_space_everywhere', ({ lines }) => lines.map((line) => (line === '' ? '' : `${line} `))),
  rewriting('reindent_everything', ({ lines }) => lines.map((line) => (line === '' ? '' : ` ${line}`))),
  rewriting('shuffle_lines', ({ lines }, random) => shuffled(lines, random)),
  rewriting('swap_statements', ({ lines }, random) => {
    const at = random(Math.max(1, lines.length - 1));
    const pair = lines.slice(at, at + 2);
    return pair[0] === pair[1] ? null : spliced(lines, at, at + 2, pair.reverse());
  }),
  rewritingOldLines('right_place_trailing_space', (old, _target, random) =>
    changedAt(old, random(old.length), (line) => `${line} `),
  ),
  rewritingOldLines('right_place_reindent', (old) => old.map((line) => `    ${line}`)),
  rewritingOldLines('right_place_loose_syntax', (old) =>
    old.map(
      (line) =>
        indentOf(line) +
        line
          .trimStart()
          .replace(/([(),=+])/g, ' $1 ')
          .trimEnd(),
    ),
  ),
  rewritingOldLines('right_place_swap_quotes', (old) =>
    old.map((line) => line.replace(/["']/g, (quote) => (quote === '"' ? "'" : '"'))),
  ),
  rewritingOldLines('right_place_rename', (old) =>
    old.map((line) => line.replace(/\b[a-z_]{4,}\b/g, (name) => `${name}_new`)),
  ),
  rewritingOldLines('right_place_comment_out', (old, { path }) =>
    old.map((line) => indentOf(line) + commentLine(path, line.trimStart())),
  ),
  rewritingOldLines('right_place_end_comment', (old, { path }, random) =>
    changedAt(old, random(old.length), (line) => `${line}  ${commentLine(path, 'checked')}`),
  ),
  rewritingOldLines('right_place_reverse', (old) => old.toReversed()),
  rewritingOldLines('right_place_junk', (old) => old.map((line) => `${indentOf(line)}pass`)),
];

function changedAt(lines: readonly string[], at: number, change: (line: string) => string): string[] {
  return lines.map((line, index) => (index === at ? change(line) : line));
}

function shuffled(lines: readonly string[], random: (below: number) => number): string[] {
  const order = [...lines];
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = random(at + 1);
    [order[at], order[other]] = [order[other] as string, order[at] as string];
  }
  return order;
}
