import { expect, test } from 'vitest';
import type { Markup } from '../page/markup.ts';
import { createMatchRoom, matchesView } from './matches.ts';

const small = diffOf('f.py', ['x = 1']);

test('patches without a file in common, or with none at all, are shown or left out', async () => {
  expect(await shown(small, diffOf('g.py', ['x = 1']))).toContain('The oracle does not change this file.');
  expect(await shown('', '')).toBe('');
});

test('a patch of one long line is cut, and the rest counted', async () => {
  const text = await shown(diffOf('f.py', ['y'.repeat(30_000)]), small);
  expect(text.length).toBeLessThan(40_000);
  expect(text).toMatch(/18,0\d\d more characters/);
});

test('a patch in thousands of parts is cut', async () => {
  const lines = (mark: string): string[] => Array.from({ length: 3000 }, (_, at) => `${at}${mark}`);
  const text = await shown(diffOf('f.py', lines('a')), diffOf('f.py', lines('b')));
  expect(text.match(/<mark>/g)?.length).toBeLessThanOrEqual(1200);
  expect(text).toContain('more characters');
});

test('a page compares so much and no more', async () => {
  const room = createMatchRoom();
  const long = diffOf('f.py', ['z'.repeat(150_000)]);
  expect(await textOf(matchesView(long, small, room))).toContain('character by character');
  expect(await textOf(matchesView(long, small, room))).toContain('character by character');
  expect(await textOf(matchesView(long, small, room))).toContain('too long to be compared');
});

test('a comparison that takes too long is given up', async () => {
  const room = { characters: 1_000_000, ms: 0.01 };
  const lines = (seed: number): string[] =>
    Array.from({ length: 4000 }, (_, at) => `${Math.imul(at, seed) % 97} = ${Math.imul(at, seed + 2) % 89}`);
  const text = await textOf(matchesView(diffOf('f.py', lines(31)), diffOf('f.py', lines(37)), room));
  expect(text).toContain('too long to be compared');
});

function shown(patch: string, oracle: string): Promise<string> {
  return textOf(matchesView(patch, oracle, createMatchRoom()));
}

async function textOf(markup: Markup): Promise<string> {
  return (await markup).toString();
}

function diffOf(path: string, added: readonly string[]): string {
  const lines = added.map((line) => `+${line}\n`).join('');
  return `--- a/${path}\n+++ b/${path}\n@@ -1 +1,${added.length} @@\n-x\n${lines}`;
}
