import { applyEdits } from '../../answer/apply-edits.ts';
import { parseOutput } from '../../answer/parse-answer.ts';
import type { FormatError } from '../../answer/parse-answer.ts';
import type { Cancellation } from '../../domain/cancellation.ts';
import { diffChanges, fileChanges } from '../change/changes.ts';
import type { Changes } from '../change/changes.ts';
import type { ExecutionVerdict, Formula, OutputInput } from '../contract/formula.ts';
import type { RewardParts, Score } from '../contract/score.ts';
import { classifyChange, classifyEdits, searchesNothing } from '../hacks/classify.ts';
import type { HackClass } from '../hacks/hack-classes.ts';
import { compareChanges } from './compare-changes.ts';
import { penaltyRate } from './penalties.ts';

const name = 'mendloop/1';

/**
 * Mendloop's own reward: -1 for a wrong form, else 0..1 by what a change brings that is new and the oracle's, less its
 * penalties; 1 for the oracle. With a verdict of executed tests 0.5..1 where they passed and 0..0.4 where they did not.
 */
export const mendloop: Formula = {
  name,
  scoreOutput,
  scoreFiles: ({ context, oracle, predicted, execution }, cancellation) =>
    scoreChanges(
      null,
      fileChanges(context, predicted),
      fileChanges(context, oracle),
      execution,
      cancellation,
    ),
  scoreDiffs: ({ oracle, predicted, execution }, cancellation) =>
    scoreChanges(null, diffChanges(predicted), diffChanges(oracle), execution, cancellation),
  scoreTexts: null,
};

function scoreOutput(input: OutputInput, cancellation?: Cancellation): Score {
  const { context, oracle, execution } = input;
  const parsed = parseOutput(input.output);
  if (parsed.error !== null) return wrongForm(parsed.error);
  const { edits } = parsed.output;
  if (edits.some((edit) => searchesNothing(edit, context))) return wrongForm('empty_search', 'empty_search');
  const applied = applyEdits(context, edits);
  if (applied.error !== null) return wrongForm(applied.error);
  const predicted = fileChanges(context, applied.files);
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

/** Every resolved change is above every unresolved one; within each kind the text decides. */
function rewardOf({ execution, penalties }: RewardParts, change: number): number {
  const text = change - penalties;
  if (execution === null) return text;
  return execution === 1 ? 0.5 + 0.5 * text : 0.4 * text;
}

function wrongForm(error: FormatError, hack: HackClass | null = null): Score {
  const parts = { format: 0, change: null, execution: null, penalties: 0 };
  return { reward: -1, error, per_file: null, formula: name, parts, hack };
}
