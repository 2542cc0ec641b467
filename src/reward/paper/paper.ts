import { applyEdits } from '../../answer/apply-edits.ts';
import { parseOutput } from '../../answer/parse-answer.ts';
import type { FormatError } from '../../answer/parse-answer.ts';
import { diffFiles, diffPatches } from '../../diff/file-patches.ts';
import type { FilePatches } from '../../diff/file-patches.ts';
import { ratio } from '../../diff/similarity.ts';
import type { Cancellation } from '../../domain/cancellation.ts';
import type { Formula, OutputInput } from '../contract/formula.ts';
import { comparePatches } from '../contract/score.ts';
import type { Compare, Score } from '../contract/score.ts';

/** How patches become a number: `compare` per file, `combine` over the union of files, never called for none. */
interface Judge {
  readonly name: string;
  readonly compare: Compare;
  readonly combine: (values: readonly number[]) => number;
}

/** The paper's reward: -1 for a wrong form, else the mean similarity of the patches in 0..1 (docs/contracts/reward.md#formulas). */
export const paper = formulaOf({ name: 'paper/1', compare: ratio, combine: mean });

/** The paper's ablation: -1 for a wrong form, else 1 where all patches match exactly and 0 otherwise (docs/contracts/reward.md#formulas). */
export const paperDiscrete = formulaOf({ name: 'paper-discrete/1', compare: exact, combine: allExact });

function formulaOf(judge: Judge): Formula {
  return {
    name: judge.name,
    scoreOutput: (input, cancellation) => scoreOutput(judge, input, cancellation),
    scoreFiles: ({ context, oracle, predicted }, cancellation) =>
      scorePatches(judge, null, diffFiles(context, predicted), diffFiles(context, oracle), cancellation),
    scoreDiffs: ({ oracle, predicted }, cancellation) =>
      scorePatches(judge, null, diffPatches(predicted), diffPatches(oracle), cancellation),
    scoreTexts: (predicted, oracle, cancellation) =>
      scored(judge, null, judge.compare(predicted, oracle, cancellation)),
  };
}

function scoreOutput(
  judge: Judge,
  { context, oracle, output }: OutputInput,
  cancellation: Cancellation | undefined,
): Score {
  const parsed = parseOutput(output);
  if (parsed.error !== null) return wrongForm(judge, parsed.error);
  const applied = applyEdits(context, parsed.output.edits);
  if (applied.error !== null) return wrongForm(judge, applied.error);
  const predicted = diffFiles(context, applied.files);
  return scorePatches(judge, 1, predicted, diffFiles(context, oracle), cancellation);
}

/** Where neither side changes anything, they agree. */
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
