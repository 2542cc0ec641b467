import { expect, test } from 'vitest';
import { row } from '../../../evaluate/evaluation-rows.test-support.ts';
import { parseEvaluation, readEvaluation } from './evaluation-file.ts';

function lines(...values: unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

test('rows are read without their text, and a hunk belongs to its instance', () => {
  const read = parseEvaluation(lines({ ...row({ row_id: 'octo-org__parser-7#2' }), text: 'an answer' }));
  expect(read).toEqual([row({ row_id: 'octo-org__parser-7#2', task_id: 'octo-org__parser-7' })]);
  expect(parseEvaluation('')).toEqual([]);
});

test.for([
  {
    why: 'a row of another task',
    text: lines(row(), { ...row(), task_id: 'octo-org__parser-8' }),
    says: 'line 2: task_id',
  },
  {
    why: 'a reward that is none',
    text: lines({ ...row(), rewards: { 'mendloop/1': 2 } }),
    says: 'line 1: rewards',
  },
  { why: 'a third model', text: lines({ ...row(), model: 'teacher' }), says: 'line 1: model' },
  { why: 'NaN', text: '{"rewards":{"mendloop/1":NaN}}\n', says: 'line 1 is not JSON' },
  {
    why: 'a line that is cut off',
    text: `${lines(row())}{"row_id":"secret`,
    says: 'the last line is cut off',
  },
])('$why is told by line and field, without content', ({ text, says }) => {
  expect(() => parseEvaluation(text)).toThrow(says);
  expect(() => parseEvaluation(text)).not.toThrow('secret');
});

test('a file that is not there is an invalid round', async () => {
  await expect(readEvaluation({ read: async () => null }, 'r-1', 1)).rejects.toMatchObject({
    code: 'round_invalid',
  });
});
