import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../diff/unified-diff.ts';
import { filesAfter } from './attempts.ts';

function diff(before: string, after: string, path = 'a.js', context = 3): string {
  const hunks = unifiedDiff(before.split('\n').slice(0, -1), after.split('\n').slice(0, -1), context);
  return [`diff --git a/${path} b/${path}`, `--- a/${path}`, `+++ b/${path}`, ...hunks, ''].join('\n');
}

const line = fc.constantFrom('one', 'two', '', '  three', '-', '+', '--- a', '\\', '@@ -1 +1 @@', 'x\r');
const text = fc.array(line, { maxLength: 25 }).map((lines) => lines.map((each) => `${each}\n`).join(''));

describe('files after a patch', () => {
  it('are those that the patch was made of', () => {
    fc.assert(
      fc.property(text, text, fc.constantFrom(0, 1, 3), (before, after, context) => {
        fc.pre(before !== after);
        const found = filesAfter(new Map([['a.js', before]]), diff(before, after, 'a.js', context));
        expect(found?.get('a.js')).toBe(after);
      }),
    );
  });

  it('may be many lines', () => {
    const lines = Array.from({ length: 300_000 }, (_, index) => `${index}\n`);
    const after = lines.with(299_990, 'x\n').join('');
    const patch = '--- a/a.js\n+++ b/a.js\n@@ -299991 +299991 @@\n-299990\n+x\n';
    expect(filesAfter(new Map([['a.js', lines.join('')]]), patch)?.get('a.js')).toBe(after);
  });

  it.each([
    ['stands elsewhere', '--- a/a.js\n+++ b/a.js\n@@ -2 +2 @@\n-one\n+x\n'],
    ['stands beyond the end', '--- a/a.js\n+++ b/a.js\n@@ -9 +9 @@\n-one\n+x\n'],
    ['is of a file that is not shown', '--- a/b.js\n+++ b/b.js\n@@ -1 +1 @@\n-one\n+x\n'],
    ['makes a file', '--- /dev/null\n+++ b/b.js\n@@ -0,0 +1 @@\n+x\n'],
    ['takes a file away', '--- a/a.js\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-one\n-two\n'],
    ['renames', '--- a/a.js\n+++ b/b.js\n@@ -1 +1 @@\n-one\n+x\n'],
    [
      'ends without a line end',
      '--- a/a.js\n+++ b/a.js\n@@ -2 +2 @@\n-two\n+x\n\\ No newline at end of file\n',
    ],
    ['is none', 'hello\n'],
  ])('are none where it %s', (_, patch) => {
    expect(filesAfter(new Map([['a.js', 'one\ntwo\n']]), patch)).toBeNull();
  });
});
