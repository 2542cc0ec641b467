import { readAnswer } from '../answer/read-answer.ts';
import type { Cancellation } from '../domain/cancellation.ts';
import { executionVerdicts } from './contract/formula.ts';
import type { DiffsInput, ExecutionVerdict, Formula, AnswerInput } from './contract/formula.ts';
import type { Score } from './contract/score.ts';
import { findFormula } from './formulas.ts';

/** The result of a row that cannot be read or that the formula cannot score. */
export interface BadRow {
  readonly reward: null;
  readonly error: 'bad_row';
  readonly message: string;
}

/** The result of a row with the row's other fields; a field of the result replaces one of the same name. */
export type RewardRow = Fields & (Score | BadRow);

/** Scores one parsed JSONL row. A bad row gives a `BadRow`. Throws `input_invalid` for an unknown formula, and `cancelled`. */
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
      return formula.scoreAnswer(row.input, cancellation);
    case 'unidiff':
      return formula.scoreDiffs(row.input, cancellation);
    case 'ratio':
      return formula.scoreTexts?.(row.a, row.b, cancellation) ?? null;
  }
}

function badRow(message: string): BadRow {
  return { reward: null, error: 'bad_row', message };
}

/** A scoring row; `extra` holds its other fields, for example `id`. */
export type Row = { readonly extra: Fields } & (
  | { readonly kind: 'search_replace'; readonly input: AnswerInput }
  | { readonly kind: 'unidiff'; readonly input: DiffsInput }
  | { readonly kind: 'ratio'; readonly a: string; readonly b: string }
);

export type Fields = Readonly<Record<string, unknown>>;

/** The reason why a row cannot be read; `message` names the field and never quotes its content. */
export interface UnreadableRow {
  readonly kind: 'unreadable';
  readonly message: string;
  readonly extra: Fields;
}

class FieldError extends Error {
  override readonly name = 'FieldError';
}

/** Reads one row of `mendloop reward`; kinds and fields are those of the golden vectors. */
export function readRow(row: unknown): Row | UnreadableRow {
  if (!isObject(row)) return { kind: 'unreadable', message: 'the row is not a JSON object', extra: {} };
  try {
    return readFields(row);
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    return { kind: 'unreadable', message: error.message, extra: extraOf(row) };
  }
}

function readFields(row: Fields): Row {
  const extra = extraOf(row);
  const execution = readExecution(row['execution']);
  switch (row['kind']) {
    case 'search_replace': {
      const context = readTexts(row['context'], 'context');
      const oracle = readTexts(row['oracle'], 'oracle');
      return {
        extra,
        kind: 'search_replace',
        input: { context, oracle, answer: readAnswer(context, readText(row['output'], 'output')), execution },
      };
    }
    case 'unidiff': {
      const input = {
        oracle: readList(row['oracle'], 'oracle'),
        predicted: readList(row['pred'], 'pred'),
        execution,
      };
      return { extra, kind: 'unidiff', input };
    }
    case 'ratio':
      return { extra, kind: 'ratio', a: readText(row['a'], 'a'), b: readText(row['b'], 'b') };
    default:
      throw new FieldError('kind: not one of search_replace, unidiff, ratio');
  }
}

const ownFields = new Set(['kind', 'context', 'oracle', 'output', 'pred', 'a', 'b', 'execution']);

function extraOf(row: Fields): Fields {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !ownFields.has(name)));
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readText(value: unknown, field: string): string {
  if (typeof value !== 'string') throw new FieldError(`${field}: not a string`);
  return value;
}

function readList(value: unknown, field: string): string[] {
  if (!Array.isArray(value)) throw new FieldError(`${field}: not an array of strings`);
  return value.map((item, index) => readText(item, `${field}[${index}]`));
}

function readTexts(value: unknown, field: string): Map<string, string> {
  if (!isObject(value)) throw new FieldError(`${field}: not an object of path to text`);
  return new Map(Object.entries(value).map(([path, text]) => [path, readText(text, `${field}: a file`)]));
}

function readExecution(value: unknown): ExecutionVerdict | null {
  if (value === undefined || value === null) return null;
  const verdict = isObject(value) ? value['verdict'] : undefined;
  const execution = executionVerdicts.find((name) => name === verdict);
  if (execution === undefined)
    throw new FieldError(`execution.verdict: not one of ${executionVerdicts.join(', ')}`);
  return execution;
}
