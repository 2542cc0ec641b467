import { expect, test } from 'vitest';
import { diffPatches } from './file-patches.ts';
import { parseUnifiedDiff } from './unidiff.ts';

const hunk = '@@ -1,2 +1,2 @@\n-Hello\n+Hi\n x\n';
const body = hunk.trimEnd();

test('a file is known by its path without the prefix', () => {
  expect(patches(`--- a/f.txt\n+++ b/f.txt\n${hunk}`)).toEqual({ 'f.txt': body });
  expect(patches(`--- f.txt\t2020-01-01\n+++ f.txt\t2020-01-02\n${hunk}`)).toEqual({ 'f.txt': body });
  expect(patches('--- /dev/null\n+++ b/f.txt\n@@ -0,0 +1 @@\n+a\n')).toEqual({
    'f.txt': '@@ -0,0 +1,1 @@\n+a',
  });
  expect(patches('--- a/f.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n')).toEqual({
    'f.txt': '@@ -1,1 +0,0 @@\n-a',
  });
});

test('a renamed file is known by its old path and starts with both names', () => {
  const renamed = 'diff --git a/o.txt b/n.txt\nrename from o.txt\nrename to n.txt\n';
  expect(patches(renamed)).toEqual({ 'o.txt': 'rename from o.txt to n.txt' });
  expect(patches(`${renamed}--- a/o.txt\n+++ b/n.txt\n${hunk}`)).toEqual({
    'o.txt': `rename from o.txt to n.txt\n${body}`,
  });
});

test('binary files and changes of mode have no patch', () => {
  expect(patches('diff --git a/i.png b/i.png\nBinary files a/i.png and b/i.png differ\n')).toEqual({});
  expect(patches('diff --git a/f b/f\nold mode 100644\nnew mode 100755\n')).toEqual({});
});

test('the text after the second @@ is kept', () => {
  expect(patches('--- a/f\n+++ b/f\n@@ -01 +1 @@ def f():\n-a\n+b\n')).toEqual({
    f: '@@ -1,1 +1,1 @@ def f():\n-a\n+b',
  });
});

test('a missing final newline is part of the hunk', () => {
  const diff = '--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file\n';
  expect(patches(diff)).toEqual({ f: '@@ -1,1 +1,1 @@\n-a\n+b\n\\ No newline at end of file' });
});

test('a later patch of a path replaces an earlier one', () => {
  const first = `--- a/f\n+++ b/f\n${hunk}`;
  expect(Object.fromEntries(diffPatches([first, first.replace('Hi', 'Yo')]))).toEqual({
    f: body.replace('Hi', 'Yo'),
  });
});

test.each([
  ['a hunk without a file', hunk],
  ['a hunk that is shorter than announced', '--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n-a\n'],
  ['a hunk that is longer than announced', '--- a/f\n+++ b/f\n@@ -1 +1,2 @@\n a\n-b\n'],
  ['a line in a hunk without a mark', '--- a/f\n+++ b/f\n@@ -1 +1 @@\nfoo\n'],
  ['a hunk after other text', `--- a/f\n+++ b/f\n${hunk}junk\n${hunk}`],
  ['a target without a source', `+++ b/f\n${hunk}`],
  ['a target that the git header does not name', `diff --git a/f b/f\n--- a/f\n+++ b/g\n${hunk}`],
  ['a blank line before the first hunk', `--- a/f\n+++ b/f\n\n${hunk}`],
])('%s makes the whole diff unreadable', (_, diff) => {
  expect(parseUnifiedDiff(diff)).toBeNull();
});

test('a blank line between hunks belongs to the hunk before it', () => {
  const files = parseUnifiedDiff(`--- a/f\n+++ b/f\n${hunk}\n${hunk}`);
  expect(files?.[0]?.hunks.map(({ text }) => text)).toEqual([`${hunk}\n`, hunk]);
});

test('prose is no file', () => {
  expect(parseUnifiedDiff('garbage')).toEqual([]);
  expect(parseUnifiedDiff('')).toEqual([]);
});

function patches(diff: string): Record<string, string> {
  return Object.fromEntries(diffPatches([diff]));
}
