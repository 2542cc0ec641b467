import { applyEdits } from '../../answer/apply-edits.ts';
import { parseOutput } from '../../answer/parse-answer.ts';
import type { FormatError } from '../../answer/parse-answer.ts';
import { diffFiles, diffPatches } from '../../diff/file-patches.ts';
import type { FilePatches } from '../../diff/file-patches.ts';
import { compareCodePoints } from '../../diff/python-strings.ts';
import { matchingBlocks } from '../../diff/similarity.ts';
import type { Cancellation } from '../../domain/cancellation.ts';
import type { DiffsInput, OutputInput } from '../contract/formula.ts';

/** A part of a patch, and whether the similarity counts it. Neighbours differ in that. */
export interface Stretch {
  readonly text: string;
  readonly isMatched: boolean;
}

/** The patches of one file as they were compared; the stretches of a side joined are its patch. */
export interface FileExplanation {
  readonly path: string;
  /** 0..1, as in `per_file` of the paper's reward. */
  readonly similarity: number;
  /** Empty where the side does not change the file. */
  readonly predicted: readonly Stretch[];
  readonly oracle: readonly Stretch[];
}

/** Why the paper's reward (docs/contracts/reward.md#formulas) is what it is; no files where the form was wrong. */
export interface Explanation {
  readonly error: FormatError | null;
  /** Sorted by path, the union of both sides. */
  readonly files: readonly FileExplanation[];
}

/** Explains `scoreOutput` of `paper/1`. Throws `cancelled` soon after the cancellation is aborted. */
export function explainOutput(input: OutputInput, cancellation?: Cancellation): Explanation {
  const { context, oracle, output } = input;
  const parsed = parseOutput(output);
  if (parsed.error !== null) return { error: parsed.error, files: [] };
  const applied = applyEdits(context, parsed.output.edits);
  if (applied.error !== null) return { error: applied.error, files: [] };
  return explainPatches(diffFiles(context, applied.files), diffFiles(context, oracle), cancellation);
}

/** Explains `scoreDiffs` of `paper/1`. Throws `cancelled` soon after the cancellation is aborted. */
export function explainDiffs({ predicted, oracle }: DiffsInput, cancellation?: Cancellation): Explanation {
  return explainPatches(diffPatches(predicted), diffPatches(oracle), cancellation);
}

function explainPatches(
  predicted: FilePatches,
  oracle: FilePatches,
  cancellation: Cancellation | undefined,
): Explanation {
  const paths = [...new Set([...predicted.keys(), ...oracle.keys()])].sort(compareCodePoints);
  const files = paths.map((path): FileExplanation => {
    const sides = [predicted.get(path) ?? '', oracle.get(path) ?? ''] as const;
    return { path, ...explainFile(...sides, cancellation) };
  });
  return { error: null, files };
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

/** An unpaired surrogate is a code point, as in the similarity. */
function nextPoint(text: string, at: number): number {
  return at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
}

/** `matches`: ranges of code points, in order. */
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
