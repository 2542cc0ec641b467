import { expect, test } from 'vitest';
import { fixesToken, withIssueNumbers } from './planned.ts';

test('each issue gets its own closing phrase', () => {
  expect(withIssueNumbers(`Text.\n\n${fixesToken}`, [12, 14])).toBe('Text.\n\nFixes #12, fixes #14');
});

test('a body without the place for numbers stays as it is', () => {
  expect(withIssueNumbers('Text $& $1.', [12])).toBe('Text $& $1.');
});
