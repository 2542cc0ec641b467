import type { FormatError } from '../../answer/answer-form.ts';
import { diffFiles, diffPatches } from '../../diff/file-patches.ts';
import type { FilePatches } from '../../diff/file-patches.ts';
import { ratio } from '../../diff/similarity.ts';
import type { Cancellation } from '../../domain/cancellation.ts';
import type { Formula, AnswerInput } from '../contract/formula.ts';
import { comparePatches } from '../contract/score.ts';
import type { Compare, Score } from '../contract/score.ts';

/** How patches become a reward: `compare` gives the similarity of each file, `combine` the reward of one file or more. */
interface Judge {
  readonly name: string;
  readonly compare: Compare;
  readonly combine: (values: readonly number[]) => number;
}

/** The paper's reward (docs/contracts/reward.md#formulas): -1 for a wrong form, else the mean similarity of the files' patches, 0..1. */
export const paper = formulaOf({ name: 'paper/1', compare: ratio, combine: mean });

/** The paper's ablation (docs/contracts/reward.md#formulas): -1 for a wrong form, 1 where all patches are equal, else 0. */
export const paperDiscrete = formulaOf({ name: 'paper-discrete/1', compare: exact, combine: allExact });

function formulaOf(judge: Judge): Formula {
  return {
    name: judge.name,
    scoreAnswer: (input, cancellation) => scoreAnswer(judge, input, cancellation),
    scoreDiffs: ({ oracle, predicted }, cancellation) =>
      scorePatches(judge, null, diffPatches(predicted), diffPatches(oracle), cancellation),
    scoreTexts: (predicted, oracle, cancellation) =>
      scored(judge, null, judge.compare(predicted, oracle, cancellation)),
  };
}

function scoreAnswer(
  judge: Judge,
  { context, oracle, answer }: AnswerInput,
  cancellation: Cancellation | undefined,
): Score {
  if (answer.error !== null) return wrongForm(judge, answer.error);
  const predicted = diffFiles(context, answer.files);
  return scorePatches(judge, 1, predicted, diffFiles(context, oracle), cancellation);
}

/** The change is 1 where neither side changes a file. */
function scorePatches(
  judge: Judge,
  format: 1 | null,
  predicted: FilePatches,
  oracle: FilePatches,
  cancellation: Cancellation | undefined,
): Score {
  const perFile = comparePatches(predicted, oracle, judge.compare, cancellation);
  const change = perFile.length === 0 ? 1 : judge.combine(perFile.map(([, similarity]) => similarity));
  return { ...scored(judge, format, change), per_file: perFile };
}

function scored(judge: Judge, format: 1 | null, change: number): Score {
  const parts = { format, change, execution: null, penalties: 0 };
  return { reward: change, error: null, per_file: null, formula: judge.name, parts, hack: null };
}

function wrongForm(judge: Judge, error: FormatError): Score {
  const parts = { format: 0, change: null, execution: null, penalties: 0 };
  return { reward: -1, error, per_file: null, formula: judge.name, parts, hack: null };
}

function exact(predicted: string, oracle: string): number {
  return predicted === oracle ? 1 : 0;
}

function allExact(values: readonly number[]): number {
  return values.every((value) => value === 1) ? 1 : 0;
}

function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
