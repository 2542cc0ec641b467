import type { FormatError } from '../../answer/answer-form.ts';
import type { FilePatches } from '../../diff/file-patches.ts';
import { compareCodePoints } from '../../diff/python-strings.ts';
import type { Cancellation } from '../../domain/cancellation.ts';

/** The parts of a reward; null where a part plays no role. */
export interface RewardParts {
  /** 1 for an answer of the right form, 0 for a wrong form, null for diffs and texts. */
  readonly format: number | null;
  /** 0..1 for the change itself; null where the form was wrong. */
  readonly change: number | null;
  /** 1 where the tests passed, 0 where they failed, null where they were not run or not considered. */
  readonly execution: number | null;
  /** The amount subtracted, 0 or more. */
  readonly penalties: number;
}

/** A reward with its parts. */
export interface Score {
  readonly reward: number;
  readonly error: FormatError | null;
  /** Similarities in 0..1, sorted by path; null where the form was wrong or the input has no files. */
  readonly per_file: readonly (readonly [path: string, similarity: number])[] | null;
  readonly formula: string;
  readonly parts: RewardParts;
  /** The class of degenerate edit; null where none was recognised. */
  readonly hack: string | null;
}

/** The similarity of two patches of one file, 0..1. */
export type Compare = (predicted: string, oracle: string, cancellation?: Cancellation) => number;

/** One similarity for each path of both sides, in code point order; 0 for a path that only one side changes. */
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
