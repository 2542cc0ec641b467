import { joined, type Pair } from '../reward/pairs.ts';
import type { Piece } from '../reward/pieces.ts';

/** One rollout as a scoring row: a joined diff against the joined diff of the developers. */
export interface Rollout {
  readonly id: string;
  readonly kind: 'unidiff';
  readonly oracle: readonly [string];
  readonly pred: readonly [string];
}

/** Characters of the larger side: spread evenly on a logarithmic scale, which puts the median at 4,000. */
const [smallest, largest] = [1000, 16_000];

/** Pairs of joined real diffs, each as one file. Sizes and starting points are spread, so that no two are alike. */
export function rolloutsOf(pieces: readonly Piece[], count: number): Rollout[] {
  return Array.from({ length: count }, (_, index) => {
    const size = smallest * (largest / smallest) ** ((index + 0.5) / count);
    const start = Math.floor((index * 0.618 * pieces.length) % pieces.length);
    const { predicted, oracle } = joined(pieces, start, size * 0.9, size * 1.1);
    return { id: `rollout-${index}`, kind: 'unidiff', oracle: [asDiff(oracle)], pred: [asDiff(predicted)] };
  });
}

/** Characters of the larger side of each rollout, in ascending order. */
export function sizesOf(rollouts: readonly Rollout[]): number[] {
  const sizes = rollouts.map(({ oracle: [oracle], pred: [pred] }) => Math.max(oracle.length, pred.length));
  return sizes.toSorted((left, right) => left - right);
}

/** The hunks of a patch under one file header, their line counts set right: a patch was stripped at its ends. */
function asDiff(patch: Pair['oracle']): string {
  const hunks = patch.split(/\n(?=@@ )/).map(recounted);
  return `--- a/file\n+++ b/file\n${hunks.join('\n')}\n`;
}

function recounted(hunk: string): string {
  const [header = '', ...body] = hunk.split('\n');
  const lines = body.map((line) => (line === '' ? ' ' : line));
  const count = (marks: string): number => lines.filter((line) => marks.includes(line[0] as string)).length;
  const starts = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@(.*)/.exec(header);
  if (starts === null) throw new Error('a piece that is no hunk');
  const [, before, after, rest] = starts;
  return [`@@ -${before},${count(' -')} +${after},${count(' +')} @@${rest}`, ...lines].join('\n');
}
