import type { Cancellation } from '../domain/cancellation.ts';
import type { Formula } from './contract/formula.ts';
import type { Score } from './contract/score.ts';
import { findFormula } from './formulas.ts';
import { readRow } from './read-row.ts';
import type { Fields, Row } from './read-row.ts';

/** A row that can't be read, or that the formula has no answer for. */
export interface BadRow {
  readonly reward: null;
  readonly error: 'bad_row';
  readonly message: string;
}

/** The result of one row together with the fields that the row brought along; a result field wins over one of them. */
export type RewardRow = Fields & (Score | BadRow);

/** Scores one parsed JSONL row. Bad rows are values; an unknown formula throws `input_invalid`. */
export function scoreRow(raw: unknown, formulaName: string, cancellation?: Cancellation): RewardRow {
  const formula = findFormula(formulaName);
  const row = readRow(raw);
  if (row.kind === 'unreadable') return { ...row.extra, ...badRow(row.message) };
  const score = scoreKind(formula, row, cancellation) ?? badRow(`kind: ${formula.name} has no score for it`);
  return { ...row.extra, ...score };
}

function scoreKind(formula: Formula, row: Row, cancellation: Cancellation | undefined): Score | null {
  switch (row.kind) {
    case 'search_replace':
      return formula.scoreOutput(row.input, cancellation);
    case 'unidiff':
      return formula.scoreDiffs(row.input, cancellation);
    case 'ratio':
      return formula.scoreTexts?.(row.a, row.b, cancellation) ?? null;
  }
}

function badRow(message: string): BadRow {
  return { reward: null, error: 'bad_row', message };
}
