import type { DiffsInput, AnswerInput } from '../reward/contract/formula.ts';
import { readRow } from '../reward/rows.ts';
import type { Row } from '../reward/rows.ts';

/** A row of the oracles' file joined with an answer. */
export type AnswerRow =
  | { readonly kind: 'search_replace'; readonly input: AnswerInput }
  | { readonly kind: 'unidiff'; readonly input: DiffsInput };

/**
 * Joins an oracle with an answer. An oracle is a scoring row without its answer: `{"id","context","oracle"}`, or
 * `{"kind":"unidiff","id","oracle":[diff]}`, whose answers are unified diffs; both may have an `execution`.
 * Returns null where the oracle does not have this form; `refusalOf` gives the reason.
 */
export function readAnswerRow(oracle: Uint8Array, text: string): AnswerRow | null {
  const row = readRow(withAnswer(JSON.parse(decode(oracle)) as object, text));
  return row.kind === 'search_replace' || row.kind === 'unidiff' ? row : null;
}

/** The reason why an object is no oracle, which names the field and never quotes it; null for an oracle. */
export function refusalOf(oracle: object): string | null {
  const row: Row | { kind: 'unreadable'; message: string } = readRow(withAnswer(oracle, ''));
  if (row.kind === 'unreadable') return row.message;
  return row.kind === 'ratio' ? 'kind: not one of search_replace, unidiff' : null;
}

function withAnswer(oracle: object, text: string): object {
  return { kind: 'search_replace', ...oracle, output: text, pred: [text] };
}

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
