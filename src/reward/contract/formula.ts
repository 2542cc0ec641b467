import type { Answer } from '../../answer/read-answer.ts';
import type { FileTexts } from '../../diff/file-patches.ts';
import type { Cancellation } from '../../domain/cancellation.ts';
import type { Score } from './score.ts';

/** The result of running the instance's tests on an answer. */
export const executionVerdicts = ['resolved', 'unresolved', 'invalid'] as const;
export type ExecutionVerdict = (typeof executionVerdicts)[number];

interface WithVerdict {
  /** Null where no tests were run. A formula may ignore the verdict. */
  readonly execution: ExecutionVerdict | null;
}

/** A model's answer. `oracle` holds the texts after the change; a file that `context` lacks starts empty. */
export interface AnswerInput extends WithVerdict {
  readonly context: FileTexts;
  readonly oracle: FileTexts;
  /** Read against `context`. */
  readonly answer: Answer;
}

/** Unified diffs of the prediction and of the oracle. */
export interface DiffsInput extends WithVerdict {
  readonly oracle: readonly string[];
  readonly predicted: readonly string[];
}

/**
 * A named, versioned reward. A released formula never changes the number that it gives an input. Each method throws
 * `cancelled` soon after its cancellation is aborted.
 */
export interface Formula {
  readonly name: string;
  scoreAnswer(input: AnswerInput, cancellation?: Cancellation): Score;
  scoreDiffs(input: DiffsInput, cancellation?: Cancellation): Score;
  /** Scores two bare texts; null for a formula that cannot. */
  readonly scoreTexts: ((predicted: string, oracle: string, cancellation?: Cancellation) => Score) | null;
}
