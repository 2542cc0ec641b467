import { describe, expect, test } from 'vitest';
import { formatAnswer } from '../../answer/answer-form.ts';
import type { Edit } from '../../answer/answer-form.ts';
import { filesAnswer } from '../../answer/files-answer.test-support.ts';
import type { Score } from '../contract/score.ts';
import { findFormula } from '../formulas.ts';
import { scoreRow } from '../rows.ts';

const path = 'src/limits.py';
const before = lines(
  'import os',
  '',
  'def clamp(value, low, high):',
  '    if value < low:',
  '        return low',
  '    return value',
  '',
  'def spread(items):',
  '    total = sum(items)',
  '    return max(items) - min(items)',
);
const after = before
  .replace('    return value\n', '    return min(value, high)\n')
  .replace('    return max(', '    if not items:\n        return 0\n    return max(');
const firstHunk = edit('    return value\n', '    return min(value, high)\n');
const secondHunk = edit('    return max(', '    if not items:\n        return 0\n    return max(');

describe('an answer in SEARCH/REPLACE form', () => {
  test('earns 1 for the oracle', () => {
    expect(answer(firstHunk, secondHunk)).toMatchObject({
      reward: 1,
      error: null,
      per_file: [[path, 1]],
      formula: 'mendloop/1',
      parts: { format: 1, change: 1, execution: null, penalties: 0 },
      hack: null,
    });
  });

  test('earns more with each hunk of the oracle, whichever comes first', () => {
    expect(answer(firstHunk).reward).toBeGreaterThan(0.2);
    expect(answer(secondHunk).reward).toBeGreaterThan(0.2);
    expect(answer(firstHunk).reward).toBeLessThan(1);
    expect(answer(secondHunk).reward).toBeLessThan(1);
  });

  test('earns nothing for white space, comments and context lines', () => {
    const none = [
      edit('    return value\n', '    return value \n'),
      edit('    return value\n', '    # clamp it\n    return value\n'),
      edit('    return value\n', '    """Clamped."""\n    return value\n'),
      edit('    return value\n', '\n\n    return value\n'),
      edit('    return value\n', '    return value\n    return value\n'),
      edit('        return low\n    return value\n', '    return value\n        return low\n'),
      edit('    return value\n', ''.padEnd(4)),
    ];
    expect(none.map((one) => answer(one).reward)).toEqual(none.map(() => 0));
  });

  test('earns nearly nothing for other code at the right place', () => {
    expect(answer(edit('    return value\n', '    raise SystemExit\n')).reward).toBeLessThan(0.05);
  });

  test('earns less for the right code at the wrong place', () => {
    const here = answer(firstHunk).reward;
    const there = answer(edit('import os\n', '    return min(value, high)\nimport os\n')).reward;
    expect(there).toBeLessThan(0.6 * here);
  });

  test('has the wrong form where a file with text is searched for nothing', () => {
    expect(answer(edit('', '# fixed'))).toMatchObject({
      reward: -1,
      error: 'empty_search',
      per_file: null,
      parts: { format: 0, change: null },
      hack: 'empty_search',
    });
  });

  test('may search a new or empty file for nothing', () => {
    const output = formatAnswer('new', [
      { path: 'new.py', search: '', replace: 'VALUE = 1' },
      { path: 'empty.py', search: '', replace: 'OTHER = 2' },
    ]);
    const oracle = { 'new.py': 'VALUE = 1', 'empty.py': 'OTHER = 2' };
    const score = scoreRow(
      { kind: 'search_replace', context: { 'empty.py': '' }, oracle, output },
      'mendloop/1',
    );
    expect(score).toMatchObject({ reward: 1, error: null });
  });

  test('keeps the paper’s format errors', () => {
    const row = { kind: 'search_replace', context: {}, oracle: {}, output: 'no form at all' };
    expect(scoreRow(row, 'mendloop/1')).toMatchObject({ reward: -1, error: 'tag_count', hack: null });
    expect(answer(edit('not there', 'x'))).toMatchObject({ reward: -1, error: 'search_not_found' });
  });

  test('earns nothing for edits that cancel each other out, unless nothing had to change', () => {
    const twice = [edit('import os', 'import sys'), edit('import sys', 'import os')];
    expect(answer(...twice).reward).toBe(0);
    const row = { kind: 'search_replace', context: { [path]: before }, oracle: {} };
    expect(scoreRow({ ...row, output: formatAnswer('t', twice) }, 'mendloop/1')).toMatchObject({ reward: 1 });
    const changed = formatAnswer('t', [firstHunk]);
    expect(scoreRow({ ...row, output: changed }, 'mendloop/1')).toMatchObject({ reward: 0 });
  });
});

describe('an oracle that brings no new code', () => {
  test.each([
    ['only deletes', lines('a = 1', 'b = 2', 'c = 3'), lines('a = 1', 'c = 3')],
    ['only indents', lines('if a:', '    b()', 'c()'), lines('if a:', '    b()', '    c()')],
    ['only comments', lines('a = 1'), lines('# the first', 'a = 1')],
    ['repeats a line', lines('step()', 'done()'), lines('step()', 'step()', 'done()')],
    ['moves a line', lines('one()', 'two()', 'three()'), lines('two()', 'one()', 'three()')],
    ['empties a file', lines('a = 1'), ''],
  ])('that %s is 1 for itself', (_name, from, to) => {
    expect(files(from, to, to).reward).toBe(1);
  });

  test('that only deletes gives little for deleting a part or more', () => {
    const from = lines('a = 1', 'b = two(3)', 'c = 4', 'd = five(6)');
    const to = lines('a = 1', 'c = 4', 'd = five(6)');
    expect(files(from, to, lines('a = 1')).reward).toBeLessThan(0.25);
    expect(files(from, to, lines('a = 1', 'b = two(3)', 'c = 4')).reward).toBeLessThan(0.1);
  });
});

describe('a verdict of executed tests', () => {
  test('puts every resolved change above every unresolved one', () => {
    const edits = [[firstHunk, secondHunk], [firstHunk], [edit('import os', 'import sys')]];
    const resolved = edits.map((one) => judged('resolved', one).reward);
    const unresolved = edits.map((one) => judged('unresolved', one).reward);
    expect(Math.min(...resolved)).toBeGreaterThan(Math.max(...unresolved));
    expect(resolved[0]).toBe(1);
    expect(judged('resolved', [firstHunk]).parts.execution).toBe(1);
    expect(judged('unresolved', [firstHunk]).parts.execution).toBe(0);
  });

  test('counts as absent where it is invalid', () => {
    expect(judged('invalid', [firstHunk])).toEqual(answer(firstHunk));
  });
});

test('a file that only the answer changes costs a little, and its order does not matter', () => {
  const stray = { path: 'notes.py', search: '', replace: 'NOTE = 1' };
  const with_ = answer(firstHunk, secondHunk, stray);
  expect(with_.reward).toBeGreaterThan(0.8);
  expect(with_.reward).toBeLessThan(1);
  expect(answer(stray, firstHunk, secondHunk)).toEqual(with_);
  expect(with_.per_file).toEqual([
    ['notes.py', 0],
    [path, 1],
  ]);
});

test('bare texts have no score', () => {
  expect(findFormula('mendloop/1').scoreTexts).toBeNull();
  expect(scoreRow({ kind: 'ratio', a: 'a', b: 'b' }, 'mendloop/1')).toMatchObject({ error: 'bad_row' });
});

function lines(...all: string[]): string {
  return `${all.join('\n')}\n`;
}

function edit(search: string, replace: string): Edit {
  return { path, search, replace };
}

function answer(...edits: Edit[]): Score {
  return judged(null, edits);
}

function judged(verdict: string | null, edits: readonly Edit[]): Score {
  const row = {
    kind: 'search_replace',
    context: { [path]: before },
    oracle: { [path]: after },
    output: formatAnswer('thought', edits),
    ...(verdict === null ? {} : { execution: { verdict } }),
  };
  return scoreRow(row, 'mendloop/1') as Score;
}

function files(from: string, to: string, predicted: string): Score {
  return findFormula('mendloop/1').scoreAnswer({
    context: new Map([[path, from]]),
    oracle: new Map([[path, to]]),
    answer: filesAnswer(new Map([[path, predicted]])),
    execution: null,
  });
}
