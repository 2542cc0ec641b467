import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Score } from './contract/score.ts';
import { scoreRow } from './rows.ts';

interface GoldenCase {
  readonly kind: 'search_replace' | 'unidiff' | 'ratio';
  readonly name?: string;
  readonly reward?: number;
  readonly error?: string | null;
  readonly per_file?: [string, number][] | null;
  readonly a?: string;
  readonly b?: string;
  readonly ratio?: number;
  readonly ratio_reversed?: number;
}

const vectors = new URL('../../test/fixtures/reward-golden.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(vectors, 'utf8')) as { cases: GoldenCase[] };
const ofKind = (kind: GoldenCase['kind']): GoldenCase[] => cases.filter((one) => one.kind === kind);

test('all 108 vectors are there: 51 search/replace, 13 unified diffs, 44 ratios', () => {
  const counts = (['search_replace', 'unidiff', 'ratio'] as const).map((kind) => ofKind(kind).length);
  expect([cases.length, ...counts]).toEqual([108, 51, 13, 44]);
});

describe('search/replace', () => {
  test.each(named('search_replace'))('%s', (_, one) => {
    expect(mismatches(one)).toEqual([]);
    expect(scoreRow(one, 'paper/1').error === null).toBe(one.error === null);
  });

  test('the 23 wrong forms have the five codes in the known proportion', () => {
    const errors = ofKind('search_replace').map((one) => scoreRow(one, 'paper/1').error);
    const count = (code: string): number => errors.filter((error) => error === code).length;
    expect(count('no_blocks')).toBe(9);
    expect(count('search_not_found')).toBe(7);
    expect(count('tag_count')).toBe(4);
    expect(count('empty_thought')).toBe(2);
    expect(count('search_equals_replace')).toBe(1);
  });
});

test.each(named('unidiff'))('unified diff: %s', (_, one) => {
  expect(mismatches(one)).toEqual([]);
});

test.each(ofKind('ratio').map((one, index): [number, GoldenCase] => [index, one]))(
  'ratio %i, both ways',
  (_, one) => {
    const { a, b } = one;
    expect(isNear(scoreRow({ kind: 'ratio', a, b }, 'paper/1').reward, one.ratio)).toBe(true);
    expect(isNear(scoreRow({ kind: 'ratio', a: b, b: a }, 'paper/1').reward, one.ratio_reversed)).toBe(true);
  },
);

function named(kind: GoldenCase['kind']): [string | undefined, GoldenCase][] {
  return ofKind(kind).map((one) => [one.name, one]);
}

/** What of the score differs from the vector. */
function mismatches(one: GoldenCase): string[] {
  const row = scoreRow(one, 'paper/1');
  if (row.error === 'bad_row') return ['row'];
  const wrong = isNear(row.reward, one.reward) ? [] : ['reward'];
  return samePerFile(row.per_file, one.per_file ?? null) ? wrong : [...wrong, 'per_file'];
}

function samePerFile(actual: Score['per_file'], expected: Score['per_file']): boolean {
  if (actual === null || expected === null) return actual === expected;
  return actual.length === expected.length && actual.every((row, index) => sameFile(row, expected[index]));
}

function sameFile(row: readonly [string, number], expected: readonly [string, number] | undefined): boolean {
  return row[0] === expected?.[0] && isNear(row[1], expected[1]);
}

function isNear(actual: unknown, expected: number | undefined): boolean {
  return typeof actual === 'number' && expected !== undefined && Math.abs(actual - expected) <= 1e-12;
}
