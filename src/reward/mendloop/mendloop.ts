import type { FormatError } from '../../answer/answer-form.ts';
import type { Cancellation } from '../../domain/cancellation.ts';
import { diffChanges, fileChanges } from '../change/changes.ts';
import type { Changes } from '../change/changes.ts';
import type { ExecutionVerdict, Formula, AnswerInput } from '../contract/formula.ts';
import type { RewardParts, Score } from '../contract/score.ts';
import { classifyChange, classifyEdits, searchesNothing } from '../hacks/classify.ts';
import type { HackClass } from '../hacks/hack-classes.ts';
import { compareChanges } from './compare-changes.ts';
import { penaltyRate } from './penalties.ts';

const name = 'mendloop/1';

/**
 * Mendloop's own reward: -1 for a wrong form, else 0..1 by how much of the oracle's new code the change brings, minus
 * penalties; 1 for the oracle. With a verdict of executed tests: 0.5..1 where they passed, 0..0.4 where they failed.
 */
export const mendloop: Formula = {
  name,
  scoreAnswer,
  scoreDiffs: ({ oracle, predicted, execution }, cancellation) =>
    scoreChanges(null, diffChanges(predicted), diffChanges(oracle), execution, cancellation),
  scoreTexts: null,
};

function scoreAnswer(input: AnswerInput, cancellation?: Cancellation): Score {
  const { context, oracle, answer, execution } = input;
  const { edits } = answer;
  if (edits.some((edit) => searchesNothing(edit, context))) return wrongForm('empty_search', 'empty_search');
  if (answer.error !== null) return wrongForm(answer.error);
  const predicted = fileChanges(context, answer.files);
  const score = scoreChanges(1, predicted, fileChanges(context, oracle), execution, cancellation);
  return { ...score, hack: classifyEdits(edits, context) ?? score.hack };
}

function scoreChanges(
  format: 1 | null,
  predicted: Changes,
  oracle: Changes,
  verdict: ExecutionVerdict | null,
  cancellation: Cancellation | undefined,
): Score {
  const { change, perFile } = compareChanges(predicted, oracle, cancellation);
  const penalties = change * penaltyRate(predicted, oracle);
  const execution = verdict === null || verdict === 'invalid' ? null : Number(verdict === 'resolved');
  const parts = { format, change, execution, penalties };
  const hack = classifyChange(predicted, oracle);
  return { reward: rewardOf(parts, change), error: null, per_file: perFile, formula: name, parts, hack };
}

/** A resolved change always scores above an unresolved one; the text decides within each group. */
function rewardOf({ execution, penalties }: RewardParts, change: number): number {
  const text = change - penalties;
  if (execution === null) return text;
  return execution === 1 ? 0.5 + 0.5 * text : 0.4 * text;
}

function wrongForm(error: FormatError, hack: HackClass | null = null): Score {
  const parts = { format: 0, change: null, execution: null, penalties: 0 };
  return { reward: -1, error, per_file: null, formula: name, parts, hack };
}
