import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { git } from './git.ts';
import { applyHunks, parseHunks } from './hunks.ts';
import { writeCommits } from './trees.ts';

const signal = new AbortController().signal;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hunks-'));
  await git(dir, ['init', '--quiet', '--bare'], { signal });
});
afterAll(() => rm(dir, { recursive: true }));

async function hunksBetween(before: string, after: string) {
  const commit = (ref: string, text: string) => ({
    ref,
    parent: null,
    message: ref,
    at: new Date(0),
    tree: new Map([['f', { data: Buffer.from(text, 'latin1'), executable: false }]]),
  });
  await writeCommits(dir, [commit('refs/demo/a', before), commit('refs/demo/b', after)], signal);
  const diff = await git(dir, ['diff', '-U0', '--text', 'refs/demo/a', 'refs/demo/b', '--', 'f'], { signal });
  return parseHunks(diff.toString('latin1'));
}

test.each([
  ['lines changed in two places', 'a\nb\nc\nd\n', 'a\nB\nc\nD\n'],
  [
    'lines added at the start, in between and at the end',
    'a\nb\nc\nd\ne\nf\n',
    '0\na\nb\nc\nx\ny\nd\ne\nf\nz\n',
  ],
  ['lines removed', 'a\nb\nc\nd\ne\n', 'b\nc\ne\n'],
  ['a last line that gains its line end', 'a\nb', 'a\nb\n'],
  ['a last line that loses its line end', 'a\nb\n', 'a\nb'],
  ['CRLF and bytes that are no UTF-8', 'a\r\n\xffb\r\nc\r\n', 'a\n\xffb\r\n\xfec\r\n'],
  ['lines that look like a diff', '--- a\n+++ b\n@@ -1 +1 @@\n', '+++ b\n@@ -2 +2 @@\n-- a\n'],
  ['an emptied text', 'a\nb\n', ''],
])('all hunks of git give the new text: %s', async (_, before, after) => {
  const hunks = await hunksBetween(before, after);

  expect(applyHunks(before, hunks, hunks.length)).toBe(after);
});

test('the first hunk alone changes the first place only', async () => {
  const hunks = await hunksBetween('a\nb\nc\nd\n', 'a\nB\nc\nD\n');

  expect(hunks).toHaveLength(2);
  expect(applyHunks('a\nb\nc\nd\n', hunks, 1)).toBe('a\nB\nc\nd\n');
  expect(applyHunks('a\nb\nc\nd\n', hunks, 0)).toBe('a\nb\nc\nd\n');
});
