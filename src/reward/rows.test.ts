import { describe, expect, test } from 'vitest';
import { formatAnswer } from '../answer/answer-form.ts';
import { scoreRow } from './rows.ts';

const output = formatAnswer('t', [{ path: 'a', search: 'x', replace: 'y' }]);

test('a row is answered with its score and the fields that it brought along', () => {
  const row = {
    id: 7,
    kind: 'search_replace',
    context: { a: 'x\n' },
    oracle: { a: 'y\n' },
    output,
    reward: 0.5,
  };
  expect(scoreRow(row, 'paper/1')).toEqual({
    id: 7,
    reward: 1,
    error: null,
    per_file: [['a', 1]],
    formula: 'paper/1',
    parts: { format: 1, change: 1, execution: null, penalties: 0 },
    hack: null,
  });
});

test('a path may be any string', () => {
  const texts = JSON.parse('{"__proto__":"x\\n"}') as unknown;
  const answer = formatAnswer('t', [{ path: '__proto__', search: 'x', replace: 'y' }]);
  const row = scoreRow({ kind: 'search_replace', context: texts, oracle: {}, output: answer }, 'paper/1');
  expect(row).toMatchObject({ reward: 0, per_file: [['__proto__', 0]] });
});

test('an execution verdict is read and does not change the paper reward', () => {
  const row = { kind: 'unidiff', oracle: [], pred: [], execution: { verdict: 'unresolved' } };
  expect(scoreRow(row, 'paper/1')).toMatchObject({ reward: 1, parts: { execution: null } });
  expect(scoreRow(row, 'paper/1')).not.toHaveProperty('execution');
});

describe('a bad row names its field and quotes nothing', () => {
  test.each([
    ['the row is not a JSON object', null],
    ['the row is not a JSON object', ['x']],
    ['kind: not one of search_replace, unidiff, ratio', {}],
    ['kind: not one of search_replace, unidiff, ratio', { kind: 'toString' }],
    ['context: not an object of path to text', { kind: 'search_replace', oracle: {}, output: '' }],
    [
      'oracle: a file: not a string',
      { kind: 'search_replace', context: {}, oracle: { a: null }, output: '' },
    ],
    ['output: not a string', { kind: 'search_replace', context: {}, oracle: {} }],
    ['oracle: not an array of strings', { kind: 'unidiff', oracle: 'x', pred: [] }],
    ['pred[1]: not a string', { kind: 'unidiff', oracle: [], pred: ['', 1] }],
    ['b: not a string', { kind: 'ratio', a: '' }],
    [
      'execution.verdict: not one of resolved, unresolved, invalid',
      { kind: 'unidiff', oracle: [], pred: [], execution: { verdict: 'maybe' } },
    ],
  ])('%s', (message, row) => {
    expect(scoreRow(row, 'paper/1')).toEqual({ reward: null, error: 'bad_row', message });
  });

  test('and keeps the fields that it brought along, but never a reward', () => {
    expect(scoreRow({ id: 'r1', reward: 1, kind: 'ratio' }, 'paper/1')).toMatchObject({
      id: 'r1',
      reward: null,
    });
  });
});

test('an unknown formula is refused by name, whatever the row', () => {
  expect(() => scoreRow(null, 'paper/9')).toThrow(
    expect.objectContaining({
      code: 'input_invalid',
      message: 'formula: not one of paper/1, paper-discrete/1, mendloop/1',
    }),
  );
});
