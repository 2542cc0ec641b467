import type { FormatError } from '../answer/answer-form.ts';
import { diffFiles, diffPatches } from '../diff/file-patches.ts';
import type { FilePatches } from '../diff/file-patches.ts';
import type { Cancellation } from '../domain/cancellation.ts';
import type { Formula } from '../reward/contract/formula.ts';
import type { Score } from '../reward/contract/score.ts';
import { findFormula } from '../reward/formulas.ts';
import { readAnswerRow } from './answer-row.ts';
import type { AnswerRow } from './answer-row.ts';

/** Figures about one answer for charts of a trainer. All but `hack` are numbers, which engines average. */
export interface AnswerFlags {
  /** 1 where the form was wrong, else 0. */
  readonly format_error: 0 | 1;
  /** 0..1 for the change itself; 0 where nothing was compared. */
  readonly similarity: number;
  /** Number of files that were compared, of both sides. */
  readonly files: number;
  /** 1 where the answer opens its thought or solution and ends before `</solution>`, mostly at the token limit. */
  readonly truncated: 0 | 1;
  /** 1 where the form was right and no file changed. */
  readonly empty_diff: 0 | 1;
  /** 1 where the form was right and the changed files are not those of the oracle. */
  readonly wrong_files: 0 | 1;
  /** Characters of the predicted patches over those of the oracle's; 0 where either has none. */
  readonly length_ratio: number;
  readonly hack: string | null;
}

export interface AnswerScore {
  readonly kind: 'scored';
  readonly score: number;
  readonly error: FormatError | null;
  readonly flags: AnswerFlags;
}

/** The oracle is no row, or of a kind that the formula cannot score. */
export interface Unscorable {
  readonly kind: 'unscorable';
}

/** Scores one answer against one row of the oracles' file (UTF-8 JSON). Throws `input_invalid` for an unknown formula, and `cancelled`. */
export function scoreAnswer(
  oracle: Uint8Array,
  text: string,
  formulaName: string,
  cancellation?: Cancellation,
): AnswerScore | Unscorable {
  const row = readAnswerRow(oracle, text);
  if (row === null) return { kind: 'unscorable' };
  const score = scoreOf(findFormula(formulaName), row, cancellation);
  const change = score.error === null ? changeOf(row) : null;
  return { kind: 'scored', score: score.reward, error: score.error, flags: flagsOf(score, change, text) };
}

function scoreOf(formula: Formula, row: AnswerRow, cancellation: Cancellation | undefined): Score {
  return row.kind === 'search_replace'
    ? formula.scoreAnswer(row.input, cancellation)
    : formula.scoreDiffs(row.input, cancellation);
}

function flagsOf(score: Score, change: ChangeFlags | null, text: string): AnswerFlags {
  return {
    format_error: flag(score.error !== null),
    similarity: score.parts.change ?? 0,
    files: score.per_file?.length ?? 0,
    truncated: flag(isCutOff(text)),
    empty_diff: flag(change?.isEmpty === true),
    wrong_files: flag(change?.hasOtherFiles === true),
    length_ratio: change?.lengthRatio ?? 0,
    hack: score.hack,
  };
}

function isCutOff(text: string): boolean {
  return !text.includes('</solution>') && (text.includes('<think>') || text.includes('<solution>'));
}

function flag(value: boolean): 0 | 1 {
  return value ? 1 : 0;
}

/** How the change of an answer compares with the oracle's, independent of the formula. */
interface ChangeFlags {
  readonly isEmpty: boolean;
  readonly hasOtherFiles: boolean;
  /** Characters of the predicted patches over those of the oracle's; 0 where either has none. */
  readonly lengthRatio: number;
}

/** Null where the answer has a wrong form. */
function changeOf(row: AnswerRow): ChangeFlags | null {
  const [predicted, oracle] = patchesOf(row);
  if (predicted === null) return null;
  const isSameSet = predicted.size === oracle.size && [...predicted.keys()].every((path) => oracle.has(path));
  return {
    isEmpty: predicted.size === 0,
    hasOtherFiles: !isSameSet,
    lengthRatio: oracle.size === 0 ? 0 : charactersOf(predicted) / charactersOf(oracle),
  };
}

function patchesOf(row: AnswerRow): readonly [predicted: FilePatches | null, oracle: FilePatches] {
  if (row.kind === 'unidiff') return [diffPatches(row.input.predicted), diffPatches(row.input.oracle)];
  const { context, oracle, answer } = row.input;
  const predicted = answer.error === null ? diffFiles(context, answer.files) : null;
  return [predicted, diffFiles(context, oracle)];
}

/** Counts UTF-16 units. */
function charactersOf(patches: FilePatches): number {
  let sum = 0;
  for (const patch of patches.values()) sum += patch.length;
  return sum;
}
