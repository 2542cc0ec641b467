import { expect, test } from 'vitest';
import { changedPaths, halfOfHunks, modifiedSources, roleOf, sourceOnly } from './partial.ts';
import type { Tree } from './tarball.ts';

function treeOf(files: Record<string, string>): Tree {
  return new Map(
    Object.entries(files).map(([path, text]) => [path, { data: Buffer.from(text), executable: false }]),
  );
}

function textsOf(tree: Tree | null): Record<string, string> | null {
  return tree && Object.fromEntries([...tree].map(([path, file]) => [path, file.data.toString()]));
}

test.each([
  ['index.js', 'source'],
  ['lib/parse.mjs', 'source'],
  ['typings/index.d.ts', 'source'],
  ['src/latest.js', 'source'],
  ['test/parse.js', 'test'],
  ['lib/parse.test.ts', 'test'],
  ['test.js', 'test'],
  ['dist/all.js', 'other'],
  ['eslint.config.mjs', 'other'],
  ['.eslintrc.js', 'other'],
  ['README.md', 'other'],
])('%s is %s', (path, role) => {
  expect(roleOf(path)).toBe(role);
});

test('added, removed and edited files and changed modes are changes', () => {
  const base = treeOf({ a: '1', b: '1', c: '1', d: '1' });
  const release = new Map(treeOf({ b: '2', c: '1', d: '1', e: '1' }));
  release.set('d', { data: Buffer.from('1'), executable: true });

  expect(changedPaths(base, release)).toEqual(['a', 'b', 'd', 'e']);
});

test('only sources that are on both sides can be changed half', () => {
  const base = treeOf({ 'a.js': '1', 'old.js': '1', 'test/a.js': '1' });
  const release = treeOf({ 'a.js': '2', 'new.js': '1', 'test/a.js': '2' });

  expect(modifiedSources(base, release)).toEqual(['a.js']);
});

test('half of the hunks are the first ones, files in order', () => {
  const base = treeOf({ 'a.js': 'a\nb\nc\n', 'b.js': 'a\n', 'README.md': 'x' });
  const hunk = (start: number, text: string) => ({ start, removed: 1, added: [text] });
  const hunks = new Map([
    ['a.js', [hunk(0, 'A\n'), hunk(2, 'C\n')]],
    ['b.js', [hunk(0, 'B\n')]],
  ]);

  expect(textsOf(halfOfHunks(base, hunks))).toEqual({ 'a.js': 'A\nb\nc\n', 'b.js': 'a\n', 'README.md': 'x' });
});

test('a single hunk has no half', () => {
  expect(
    halfOfHunks(treeOf({ 'a.js': 'a' }), new Map([['a.js', [{ start: 0, removed: 1, added: ['b'] }]]])),
  ).toBeNull();
});

test('source only takes added, removed and edited sources and leaves the rest at the base', () => {
  const base = treeOf({ 'a.js': '1', 'old.js': '1', 'test/a.js': '1', 'README.md': '1' });
  const release = treeOf({ 'a.js': '2', 'new.js': '1', 'test/a.js': '2', 'README.md': '2' });

  expect(textsOf(sourceOnly(base, release))).toEqual({
    'a.js': '2',
    'new.js': '1',
    'test/a.js': '1',
    'README.md': '1',
  });
});

test('source only is no state of its own where nothing else, or no source, changes', () => {
  expect(sourceOnly(treeOf({ 'a.js': '1' }), treeOf({ 'a.js': '2' }))).toBeNull();
  expect(sourceOnly(treeOf({ 'README.md': '1' }), treeOf({ 'README.md': '2' }))).toBeNull();
});
