import type { FormatError } from '../answer/parse-answer.ts';
import type { Cancellation } from '../domain/cancellation.ts';
import type { Formula } from '../reward/contract/formula.ts';
import type { Score } from '../reward/contract/score.ts';
import { findFormula } from '../reward/formulas.ts';
import { readAnswerRow } from './answer-row.ts';
import type { AnswerRow } from './answer-row.ts';
import { changeOf } from './change.ts';
import type { Change } from './change.ts';

/** What a trainer charts about one answer; numbers always, so that engines can average them, but for `hack`. */
export interface AnswerFlags {
  /** 1 the form was wrong, 0 it was right; as are all flags without a unit. */
  readonly format_error: 0 | 1;
  /** 0..1, what the change itself earned; 0 where nothing was compared. */
  readonly similarity: number;
  /** Files on either side that were compared. */
  readonly files: number;
  /** The answer opens its thought or solution and ends before `</solution>`: most often the token limit. */
  readonly truncated: 0 | 1;
  /** The form was right and no file changed. */
  readonly empty_diff: 0 | 1;
  /** The form was right and the changed files are not those of the oracle. */
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

/** The oracle is of a kind that the formula has no score for, or no row at all. */
export interface Unscorable {
  readonly kind: 'unscorable';
}

/** Scores one text against one row of the oracles' file (UTF-8 JSON). Equal input gives equal output. */
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
    ? formula.scoreOutput(row.input, cancellation)
    : formula.scoreDiffs(row.input, cancellation);
}

function flagsOf(score: Score, change: Change | null, text: string): AnswerFlags {
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
