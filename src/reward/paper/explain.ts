import type { FilePatches } from '../../diff/file-patches.ts';
import { compareCodePoints } from '../../diff/python-strings.ts';
import { matchingBlocks } from '../../diff/similarity.ts';
import type { Cancellation } from '../../domain/cancellation.ts';

/** A part of a patch; neighbouring parts differ in `isMatched`. */
export interface Stretch {
  readonly text: string;
  readonly isMatched: boolean;
}

/** How the patches of one file were compared. The stretches of a side, joined, are the patch of that side. */
export interface FileExplanation {
  readonly path: string;
  /** 0..1, as in `per_file` of the paper's reward. */
  readonly similarity: number;
  /** Empty where the prediction does not change the file; `oracle` likewise. */
  readonly predicted: readonly Stretch[];
  readonly oracle: readonly Stretch[];
}

/**
 * Why `paper/1` gives two sets of patches its reward (docs/contracts/reward.md#formulas): one explanation for each path that either side
 * changes, sorted by path. Throws `cancelled` soon after the cancellation is aborted.
 */
export function explainPatches(
  predicted: FilePatches,
  oracle: FilePatches,
  cancellation?: Cancellation,
): FileExplanation[] {
  const paths = [...new Set([...predicted.keys(), ...oracle.keys()])].sort(compareCodePoints);
  return paths.map((path) => {
    const sides = [predicted.get(path) ?? '', oracle.get(path) ?? ''] as const;
    return { path, ...explainFile(...sides, cancellation) };
  });
}

function explainFile(
  predicted: string,
  oracle: string,
  cancellation: Cancellation | undefined,
): Omit<FileExplanation, 'path'> {
  const blocks = matchingBlocks(predicted, oracle, cancellation);
  const matched = blocks.reduce((sum, { size }) => sum + size, 0);
  const inPredicted = blocks.map(({ aStart, size }) => [aStart, aStart + size] as const);
  const inOracle = blocks.map(({ bStart, size }) => [bStart, bStart + size] as const);
  return {
    similarity: (2 * matched) / (codePoints(predicted) + codePoints(oracle)),
    predicted: stretchesOf(predicted, inPredicted),
    oracle: stretchesOf(oracle, inOracle),
  };
}

function codePoints(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at = nextPoint(text, at)) count += 1;
  return count;
}

/** An unpaired surrogate counts as a code point, as in the similarity. */
function nextPoint(text: string, at: number): number {
  return at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
}

/** Cuts the text at `matches`, which are ranges of code points in order. */
function stretchesOf(text: string, matches: readonly (readonly [start: number, end: number])[]): Stretch[] {
  const stretches: Stretch[] = [];
  let [at, point] = [0, 0];
  const takeUntil = (end: number, isMatched: boolean): void => {
    const start = at;
    for (; point < end && at < text.length; point += 1) at = nextPoint(text, at);
    const last = stretches.at(-1);
    if (last?.isMatched === isMatched)
      stretches[stretches.length - 1] = { text: last.text + text.slice(start, at), isMatched };
    else if (at > start) stretches.push({ text: text.slice(start, at), isMatched });
  };
  for (const [start, end] of matches) {
    takeUntil(start, false);
    takeUntil(end, true);
  }
  takeUntil(Number.POSITIVE_INFINITY, false);
  return stretches;
}
