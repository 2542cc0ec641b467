import { expect, test } from 'vitest';
import { applyEdits } from './apply-edits.ts';

test('every line start where the search stands is replaced', () => {
  expect(apply('x=1\ny\nx=1\n x=1\n', [['x=1', 'x=2']])).toBe('x=2\ny\nx=2\n x=1\n');
});

test('the search may end inside a line', () => {
  expect(apply('hello\n', [['hel', 'jel']])).toBe('jello\n');
});

test('edits of one file build on each other', () => {
  expect(
    apply('a\n', [
      ['a', 'b'],
      ['b', 'c'],
    ]),
  ).toBe('c\n');
});

test('an empty search on a file inserts before every line', () => {
  expect(apply('a\nb', [['', '#']])).toBe('#a\n#b');
});

test('a replacement is taken as it is', () => {
  expect(apply('a\n', [['a', "$& $1 $'"]])).toBe("$& $1 $'\n");
});

test('a new file is made with an empty search', () => {
  const result = applyEdits(new Map(), [{ path: 'new', search: '', replace: 'text' }]);
  expect(result).toEqual({ error: null, files: new Map([['new', 'text']]) });
});

test('a search that equals its replacement is reported before one that is not found', () => {
  expect(apply('a\n', [['q', 'q']])).toBe('search_equals_replace');
  expect(apply('a\n', [['q', 'r']])).toBe('search_not_found');
  expect(apply(' a\n', [['a', 'r']])).toBe('search_not_found');
});

function apply(text: string, edits: readonly (readonly [string, string])[]): string | undefined {
  const result = applyEdits(
    new Map([['f', text]]),
    edits.map(([search, replace]) => ({ path: 'f', search, replace })),
  );
  return result.error ?? result.files.get('f');
}
