import { expect, it } from 'vitest';
import { problemCharacters, problemOf } from './problem.ts';

it('is title, line break and body, by number of the issue', () => {
  const problem = problemOf([
    { number: 9, title: 'Second', body: 'b' },
    { number: 7, title: 'First ', body: 'line 1\r\nline 2\r\n' },
  ]);

  expect(problem).toEqual({ text: 'First\nline 1\nline 2\nSecond\nb', flags: [] });
});

it('flags issues that have a title only', () => {
  expect(problemOf([{ number: 1, title: 'Crash', body: ' ' }])).toEqual({
    text: 'Crash',
    flags: ['problem_without_body'],
  });
});

it('keeps no NUL and no half character', () => {
  expect(problemOf([{ number: 1, title: 'a\0b', body: 'c\uD83D' }]).text).toBe('ab\nc\uFFFD');
});

it('cuts an issue of 1 MB, between two characters, and says so', () => {
  const { text, flags } = problemOf([{ number: 1, title: 'x', body: '😀'.repeat(500_000) }]);

  expect(text.length).toBeLessThanOrEqual(problemCharacters);
  expect(text.length).toBeGreaterThan(problemCharacters - 3);
  expect(text.isWellFormed()).toBe(true);
  expect(flags).toEqual(['problem_truncated']);
});
