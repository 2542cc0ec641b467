import { expect, it } from 'vitest';
import { type DiffFile, readGitDiff } from './git-diff.ts';

const head = (path: string): string =>
  `diff --git a/${path} b/${path}\nindex 1..2 100644\n--- a/${path}\n+++ b/${path}\n`;

function sizes({ path, hunks }: DiffFile): [path: string, added: number, removed: number] {
  return [path, hunks.flatMap(({ added }) => added).length, hunks.flatMap(({ removed }) => removed).length];
}

it('counts what was added and removed in each file', () => {
  const diff = `${head('a.sql')}@@ -1,2 +1,3 @@\n one\n-two\n+2\n+3\n${head('b.txt')}@@ -1 +1 @@\n-x\n+y\n`;
  expect(readGitDiff(diff).map(sizes)).toEqual([
    ['a.sql', 2, 1],
    ['b.txt', 1, 1],
  ]);
});

it('takes a removed SQL comment for a removed line, not for a header', () => {
  const [file] = readGitDiff(`${head('a.sql')}@@ -1,2 +1 @@\n--- comment\n-diff --git a/x b/x\n+++ c\n`);
  expect(file?.lines.slice(5).map(({ kind }) => kind)).toEqual(['removed', 'removed', 'added']);
});

it('reads a missing newline, a rename, a new file and a binary file', () => {
  const noNewline = `${head('a')}@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+y\n`;
  expect(readGitDiff(noNewline)[0]?.lines.map(({ kind }) => kind)).toContain('note');
  const renamed = 'diff --git a/old b/new\nsimilarity index 100%\nrename from old\nrename to new\n';
  expect(readGitDiff(renamed)[0]?.path).toBe('new');
  const created = 'diff --git a/n b/n\nnew file mode 100644\n--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+x\n';
  expect(readGitDiff(created).map(sizes)).toEqual([['n', 1, 0]]);
  const binary = 'diff --git a/p.png b/p.png\nBinary files a/p.png and b/p.png differ\n';
  expect(readGitDiff(binary)[0]?.path).toBe('p.png');
});

it('makes nothing of what is no diff', () => {
  expect(readGitDiff('')).toEqual([]);
  expect(readGitDiff('just text\n+with a plus')).toEqual([]);
});
