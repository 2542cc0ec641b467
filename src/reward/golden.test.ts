import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
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
const tolerance = 1e-12;

test('all 108 vectors are there: 51 search/replace, 13 unified diffs, 44 ratios', () => {
  const counts = (['search_replace', 'unidiff', 'ratio'] as const).map((kind) => ofKind(kind).length);
  expect([cases.length, ...counts]).toEqual([108, 51, 13, 44]);
});

describe('search/replace', () => {
  test.each(ofKind('search_replace').map((one) => [one.name, one]))('%s', (_, one) => {
    expectScore(one as GoldenCase);
    expect(scoreRow(one, 'paper/1').error === null).toBe((one as GoldenCase).error === null);
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

describe('unified diffs', () => {
  test.each(ofKind('unidiff').map((one) => [one.name, one]))('%s', (_, one) => {
    expectScore(one as GoldenCase);
  });
});

test.each(ofKind('ratio').map((one, index) => [index, one]))('ratio %i in both directions', (_, one) => {
  const { a, b, ratio, ratio_reversed } = one as GoldenCase;
  expectNear(scoreRow({ kind: 'ratio', a, b }, 'paper/1').reward, ratio);
  expectNear(scoreRow({ kind: 'ratio', a: b, b: a }, 'paper/1').reward, ratio_reversed);
});

function expectScore(one: GoldenCase): void {
  const row = scoreRow(one, 'paper/1');
  if (row.error === 'bad_row') throw new Error('the row was not read');
  expectNear(row.reward, one.reward);
  expect(row.per_file?.map(([path]) => path)).toEqual(one.per_file?.map(([path]) => path));
  for (const [index, [, similarity]] of (one.per_file ?? []).entries()) {
    expectNear(row.per_file?.[index]?.[1], similarity);
  }
}

function expectNear(actual: unknown, expected: number | undefined): void {
  expect(Math.abs((actual as number) - (expected as number))).toBeLessThanOrEqual(tolerance);
}
