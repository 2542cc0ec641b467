import { expect, test } from 'vitest';
import { MendloopError } from '../../domain/errors.ts';
import { randomFrom } from '../../domain/random.ts';
import { forEachMatchingBlock } from './matching-blocks.ts';
import { forEachBlock, occurrenceMatcher } from './occurrence-matcher.ts';
import type { Match } from './occurrence-matcher.ts';
import { emptyBlockList, gapsBetween } from './parts/blocks.ts';
import { rollingHash } from './parts/rolling-hash.ts';
import { withScratch } from './parts/scratch.ts';
import { characterPair, type SequencePair } from './parts/sequence-pair.ts';
import { matchRepetitive } from './repetitive/repetitive-matches.ts';
import { matchShort } from './short/short-matches.ts';

const random = randomFrom('matching blocks');

/** Found by looking at every pair of equal symbols again for each block. */
function expectedBlocks(pair: SequencePair): Match[] {
  const found: Match[] = [];
  const whole = { aLow: 0, aHigh: pair.a.length, bLow: 0, bHigh: pair.b.length };
  forEachBlock(whole, occurrenceMatcher(pair), (match) => found.push(match));
  return inOrder(found);
}

function blocksOf(pair: SequencePair): Match[] {
  const found: Match[] = [];
  const add = (aStart: number, bStart: number, size: number) => void found.push({ aStart, bStart, size });
  // Used again and again, so that it holds what the pair before left there.
  withScratch(() => forEachMatchingBlock(pair, add, undefined));
  return inOrder(found);
}

/** The way of texts that repeat themselves, for all matches from `least` symbols on. */
function blocksByRepetition(pair: SequencePair, least: number): Match[] {
  const blocks = emptyBlockList(Math.floor(Math.min(pair.a.length, pair.b.length) / least) + 1);
  matchRepetitive(pair, least, blocks, undefined);
  const found: Match[] = [];
  for (let index = 0; index < blocks.count; index += 1) {
    const [aStart, bStart, size] = [blocks.aStart[index], blocks.bStart[index], blocks.size[index]];
    found.push({ aStart, bStart, size } as Match);
  }
  const gaps = gapsBetween(blocks, { a: pair.a.length, b: pair.b.length });
  const add = (aStart: number, bStart: number, size: number) => void found.push({ aStart, bStart, size });
  matchShort(pair, rollingHash(pair.a), rollingHash(pair.b), gaps, least, add, undefined);
  return inOrder(found);
}

function inOrder(blocks: Match[]): Match[] {
  return blocks.sort((one, other) => one.aStart - other.aStart);
}

const alphabets = ['ab', 'abc', 'a', 'aaaab', 'abcdefgh \n', 'abcdefghijklmnopqrstuvwxyz (){}_.=\n'];

function word(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[random(alphabet.length)]).join('');
}

function text(alphabet: string, length: number): string {
  if (random(3) > 0) return word(alphabet, length);
  const words = Array.from({ length: 1 + random(4) }, () => word(alphabet, 1 + random(40)));
  let repeated = '';
  while (repeated.length < length) repeated += words[random(words.length)];
  return repeated;
}

/** Parts cut out, put in, copied, or moved to the end. */
function edited(original: string, alphabet: string): string {
  let result = original;
  for (let count = random(9); count > 0; count -= 1) {
    const at = random(result.length + 1);
    const from = random(result.length + 1);
    const choice = random(4);
    if (choice === 0) result = result.slice(0, at) + result.slice(at + random(30));
    else if (choice === 1) result = result.slice(0, at) + word(alphabet, random(12)) + result.slice(at);
    else if (choice === 2)
      result = result.slice(0, at) + result.slice(from, from + random(300)) + result.slice(at);
    else result = result.slice(at) + result.slice(0, at);
  }
  return result;
}

function randomPair(lengths: readonly number[]): SequencePair {
  const alphabet = alphabets[random(alphabets.length)] as string;
  const a = text(alphabet, random(lengths[random(lengths.length)] as number));
  const b = random(5) === 0 ? text(alphabet, random(a.length + 9)) : edited(a, alphabet);
  return characterPair(a, b);
}

test('the blocks are those of the definition, whichever way finds them', () => {
  for (let round = 0; round < 1500; round += 1) {
    const pair = randomPair([8, 60, 400, 2000]);
    expect(blocksOf(pair)).toEqual(expectedBlocks(pair));
  }
});

test('the way of repetitive texts finds them too, down to matches of two symbols', () => {
  for (let round = 0; round < 1500; round += 1) {
    const pair = randomPair([8, 60, 300]);
    for (const least of [2, 3, 9]) expect(blocksByRepetition(pair, least)).toEqual(expectedBlocks(pair));
  }
});

test('texts that repeat themselves take that way and give the blocks of the definition', () => {
  const line = '    foo(bar);\n';
  const lines = (other: number): string =>
    Array.from({ length: 400 }, () => (random(other) === 0 ? `  line ${random(9)}\n` : line)).join('');
  for (const [a, b] of [
    ['a'.repeat(3000), `${'a'.repeat(1400)}b${'a'.repeat(1500)}`],
    [lines(30), lines(35)],
    [line.repeat(300), line.repeat(297)],
  ] as const) {
    const pair = characterPair(a, b);
    expect(blocksOf(pair)).toEqual(expectedBlocks(pair));
  }
});

test('work ends soon after it is cancelled, in every phase', () => {
  const pair = characterPair('ab'.repeat(3000), `c${'ba'.repeat(2500)}`);
  let looks = 0;
  const counting = {
    get aborted() {
      looks += 1;
      return false;
    },
  };
  forEachMatchingBlock(pair, () => undefined, counting);
  const all = looks;
  expect(all).toBeGreaterThan(20);
  for (const last of [1, 2, 5, Math.floor(all / 2), all]) {
    looks = 0;
    const cancelled = {
      get aborted() {
        looks += 1;
        return looks >= last;
      },
    };
    expect(() => forEachMatchingBlock(pair, () => undefined, cancelled)).toThrow(MendloopError);
    expect(looks).toBe(last);
  }
});
