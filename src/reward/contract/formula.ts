import type { FileTexts } from '../../diff/file-patches.ts';
import type { Cancellation } from '../../domain/cancellation.ts';
import type { Score } from './score.ts';

/** What running the tests of the instance said about the answer. */
export const executionVerdicts = ['resolved', 'unresolved', 'invalid'] as const;
export type ExecutionVerdict = (typeof executionVerdicts)[number];

interface Judged {
  /** Null where nothing was executed; a formula may ignore it. */
  readonly execution: ExecutionVerdict | null;
}

/** A raw model output with SEARCH/REPLACE edits. `oracle` holds new contents; a file that `context` lacks starts empty. */
export interface OutputInput extends Judged {
  readonly context: FileTexts;
  readonly oracle: FileTexts;
  readonly output: string;
}

/** New contents without a model output around them. */
export interface FilesInput extends Judged {
  readonly context: FileTexts;
  readonly oracle: FileTexts;
  readonly predicted: FileTexts;
}

/** Unified diffs on both sides. */
export interface DiffsInput extends Judged {
  readonly oracle: readonly string[];
  readonly predicted: readonly string[];
}

/**
 * A named, versioned reward. Once released, a formula never gives another number for the same input. Each method throws
 * `cancelled` soon after its cancellation is aborted.
 */
export interface Formula {
  readonly name: string;
  scoreOutput(input: OutputInput, cancellation?: Cancellation): Score;
  scoreFiles(input: FilesInput, cancellation?: Cancellation): Score;
  scoreDiffs(input: DiffsInput, cancellation?: Cancellation): Score;
  /** The bare similarity of (predicted, oracle); null for a formula that has none. */
  readonly scoreTexts: ((predicted: string, oracle: string, cancellation?: Cancellation) => Score) | null;
}
