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

/**
 * Found by the fuzz suite: each edit that doubles a line doubles the file, so an answer of 10 kB ended the process, out of
 * memory or with an invalid string length.
 */
test('edits that double a file again and again are an error, not gigabytes', () => {
  const doubling = Array.from({ length: 160 }, (): [string, string] => ['a', 'a\na']);
  expect(apply('a\n', doubling.slice(0, 19))?.length).toBe(2 ** 20);
  expect(apply('a\n', doubling)).toBe('edits_too_large');
  const beforeEachLine = Array.from({ length: 160 }, (_, index): [string, string] => ['', `${index}\n`]);
  expect(apply('a\nb', beforeEachLine)).toBe('edits_too_large');
});

test('the files of one answer share one limit', () => {
  const edits = Array.from({ length: 64 }, (_, file) =>
    Array.from({ length: 17 }, () => ({ path: `f${file}`, search: 'a', replace: 'a\na' })),
  );
  const context = new Map(edits.map(([edit]) => [edit?.path ?? '', 'a\n']));
  expect(applyEdits(context, edits[0] ?? []).error).toBe(null);
  expect(applyEdits(context, edits.flat()).error).toBe('edits_too_large');
});

test('an answer may write any length itself, and remove any', () => {
  const long = 'x'.repeat(3_000_000);
  expect(apply('a\n', [['a', long]])).toBe(`${long}\n`);
  expect(apply('aaaa\n'.repeat(200_000), [['aaaa', 'a']])).toBe('a\n'.repeat(200_000));
});

/** Each edit searches the whole file: without a limit these cost 50 s. */
test('ten thousand edits of a long file are an error', () => {
  const edits = Array.from({ length: 10_000 }, (_, index): [string, string] => {
    const line = `${index}`.padStart(5, '0');
    return [line, `-${line}`];
  });
  const lines = edits.map(([search]) => search).join('\n');
  expect(apply(lines, edits.slice(0, 500))?.startsWith('-00000\n-00001\n')).toBe(true);
  expect(apply(`${lines}\n${'x\n'.repeat(500_000)}`, edits)).toBe('edits_too_large');
});

function apply(text: string, edits: readonly (readonly [string, string])[]): string | undefined {
  const result = applyEdits(
    new Map([['f', text]]),
    edits.map(([search, replace]) => ({ path: 'f', search, replace })),
  );
  return result.error ?? result.files.get('f');
}
