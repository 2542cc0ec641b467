import { describe, expect, test } from 'vitest';
import { findReferences } from './references.ts';

const web = 'http://github.example';

function closing(text: string): string[] {
  return findReferences(text, web)
    .filter((reference) => reference.closes)
    .map((reference) => `${reference.repository ?? ''}#${reference.number}`);
}

describe('closing keywords', () => {
  test('all nine close, in any case', () => {
    const words = ['close', 'closes', 'closed', 'fix', 'Fixes', 'FIXED', 'resolve', 'resolves', 'resolved'];
    for (const word of words) expect(closing(`${word} #12`)).toEqual(['#12']);
  });

  test.each([
    ['Fixes: #12', ['#12']],
    ['fixes octo-org/lib#12', ['octo-org/lib#12']],
    ['Closes http://github.example/octo-org/lib/issues/12', ['octo-org/lib#12']],
    ['fixes GH-12', ['#12']],
    ['Closes #1, #2', ['#1']],
    ['Closes #1, closes #2', ['#1', '#2']],
    ['prefixes #12', []],
    ['fixes#12', []],
    ['see #12', []],
    ['`fixes #12`', []],
    ['```\nfixes #12\n```', []],
    ['<!-- fixes #12 -->', []],
  ])('%j closes %j', (text, expected) => expect(closing(text)).toEqual(expected));
});

test('every mention is a reference, also without a keyword', () => {
  const numbers = findReferences('Closes #1, #2; see octo-org/lib#3 and a/b/c#4 and x#5', web).map(
    ({ number }) => number,
  );
  expect(numbers).toEqual([1, 2, 3]);
});
