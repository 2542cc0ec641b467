import type { FormatError } from '../../answer/parse-answer.ts';
import type { FilePatches } from '../../diff/file-patches.ts';
import { compareCodePoints } from '../../diff/python-strings.ts';
import type { Cancellation } from '../../domain/cancellation.ts';

/** What a formula made its reward of; null where a part plays no role. */
export interface RewardParts {
  /** 1 the answer had the right form, 0 it had not, null where the input has no form to keep. */
  readonly format: number | null;
  /** What the change itself earned. */
  readonly change: number | null;
  /** What running the tests earned. */
  readonly execution: number | null;
  /** What was taken away, 0 or more. */
  readonly penalties: number;
}

/** A reward with its reasons. */
export interface Score {
  readonly reward: number;
  readonly error: FormatError | null;
  /** Sorted by path; null where no file was compared because the form was wrong or the input has no files. */
  readonly per_file: readonly (readonly [path: string, similarity: number])[] | null;
  readonly formula: string;
  readonly parts: RewardParts;
  /** The kind of degenerate edit that was recognised. */
  readonly hack: string | null;
}

/** Compares the patches of one file: (predicted, oracle) → 0..1. */
export type Compare = (predicted: string, oracle: string, cancellation?: Cancellation) => number;

/** One value per path in the union, in code point order; a path that only one side changed earns 0. */
export function comparePatches(
  predicted: FilePatches,
  oracle: FilePatches,
  compare: Compare,
  cancellation?: Cancellation,
): [string, number][] {
  const paths = [...new Set([...predicted.keys(), ...oracle.keys()])].sort(compareCodePoints);
  return paths.map((path) => {
    const [one, other] = [predicted.get(path), oracle.get(path)];
    return [path, one === undefined || other === undefined ? 0 : compare(one, other, cancellation)];
  });
}
