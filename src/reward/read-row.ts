import { executionVerdicts } from './contract/formula.ts';
import type { DiffsInput, ExecutionVerdict, OutputInput } from './contract/formula.ts';

/** A scoring row, read; `extra` are the fields that it brought along. */
export type Row = { readonly extra: Fields } & (
  | { readonly kind: 'search_replace'; readonly input: OutputInput }
  | { readonly kind: 'unidiff'; readonly input: DiffsInput }
  | { readonly kind: 'ratio'; readonly a: string; readonly b: string }
);

export type Fields = Readonly<Record<string, unknown>>;

/** Why a row can't be read: names the field, never quotes it. */
export interface UnreadableRow {
  readonly kind: 'unreadable';
  readonly message: string;
  readonly extra: Fields;
}

class FieldError extends Error {
  override readonly name = 'FieldError';
}

/** Checks one row of `mendloop reward`; the kinds and fields are those of the golden vectors. */
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
        input: { context, oracle, output: readText(row['output'], 'output'), execution },
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
  const known = executionVerdicts.find((name) => name === verdict);
  if (known === undefined)
    throw new FieldError(`execution.verdict: not one of ${executionVerdicts.join(', ')}`);
  return known;
}
