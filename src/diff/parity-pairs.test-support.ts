import { pick } from '../domain/random.test-support.ts';
import type { Random } from '../domain/random.ts';
import { codeLines } from './code-lines.test-support.ts';
import { list, mutated } from './random-lists.test-support.ts';

/** A pair of texts of up to about 2,000 characters, and a pair of lists of lines. */
export interface ParityPair {
  readonly family: string;
  readonly a: string;
  readonly b: string;
  readonly aLines: readonly string[];
  readonly bLines: readonly string[];
}

type TextPair = readonly [a: string, b: string];

const astral = ['\u{1F600}', '\u{1F601}', '\u{10FFFF}', '\u{1D538}', 'e', 'x'];
const combining = ['e', '\u0301', '\u00e9', 'a', '\u030a', '\u00e5', '\u200d', '\ufe0f', '\u1100', '\u1161'];
const breaks = ['x', '\r', '\n', '\r\n', '\v', '\f', '\u001c', '\u001d', '\u001e', '\u001f', '\u0085'];
const spaces = [
  '\u2028',
  '\u2029',
  '\u00a0',
  '\u3000',
  '\ufeff',
  '\u200b',
  '\u180e',
  '\u2003',
  ' ',
  '\t',
  '\n',
];
/** Also next to each other, where JavaScript and JSON make one code point of a high and a low one. */
const surrogates = ['\ud83d', '\ude00', '\udfff', '\ud800', '\u{1F600}', 'a', '\n'];
const alphabets = [['a'], ['a', 'b'], ['a', 'b', 'c', ' ', '\n'], [...'def return(self, x): \n=']];

const families: Readonly<Record<string, (random: Random) => TextPair>> = {
  few_symbols: (random) => overAlphabet(random, pick(random, alphabets)),
  astral: (random) => overAlphabet(random, astral),
  many_points: (random) => edited(random, manyPoints(random), ['\u{20000}', '\u4e00', 'x']),
  combining: (random) => overAlphabet(random, combining),
  line_breaks: (random) => overAlphabet(random, breaks),
  white_space: (random) => overAlphabet(random, [...spaces, 'x']),
  surrogates: (random) => overAlphabet(random, surrogates),
  runs: (random) => twice(random, (size) => runs(random, size)),
  periodic: (random) => edited(random, periodic(random), ['a', 'b', 'q']),
  equal_matches: (random) => equalMatches(random),
  substitution: (random) => twice(random, (size) => substitution(random, size)),
  moved_blocks: (random) => movedBlocks(random),
  code: (random) => edited(random, codeLines(random, sizeOf(random) / 30), ['    pass\n', '\n', ')', ' ']),
  patches: (random) => patches(random),
};

/** Families in turn, sizes at random. */
export function parityPair(random: Random, index: number): ParityPair {
  const all = Object.entries(families);
  const [family, make] = all[index % all.length] as (typeof all)[number];
  const [a, b] = make(random);
  const vocabulary = pick(random, vocabularies);
  const aLines = list(random, vocabulary, random(pick(random, lineSizes) + 1));
  const isFresh = random(5) === 0;
  const bLines = isFresh ? list(random, vocabulary, random(400)) : mutated(random, aLines, vocabulary);
  return { family, a, b, aLines, bLines };
}

/** CPython needs some 0.5 s for 2,000 symbols that are all equal: large ones are rare. */
const sizes = [2, 5, 12, 30, 30, 80, 80, 80, 200, 200, 200, 500, 500];
const lineSizes = [2, 12, 60, 199, 210, 400];
const manyLines = Array.from({ length: 500 }, (_, index) => `line ${index}`);
const vocabularies = [
  ['', 'x', '}', '    pass'],
  manyLines,
  [...manyLines.slice(0, 60), '', '', '', '}', '}'],
  ['\ud83d', '\ude00', '\u{1F600}', 'e\u0301', '\u00e9', ''],
];

function sizeOf(random: Random): number {
  return random(25) === 0 ? 1000 + random(1000) : 1 + random(pick(random, sizes));
}

function overAlphabet(random: Random, alphabet: readonly string[]): TextPair {
  const a = list(random, alphabet, sizeOf(random));
  const b = random(3) === 0 ? list(random, alphabet, sizeOf(random)) : mutated(random, a, alphabet);
  return [a.join(''), b.join('')];
}

function twice(random: Random, make: (size: number) => string): TextPair {
  return [make(sizeOf(random)), make(sizeOf(random))];
}

function runs(random: Random, size: number): string {
  let text = '';
  while (text.length < size) text += pick(random, ['a', 'a', 'b', ' ']).repeat(1 + random(40));
  return text;
}

function periodic(random: Random): string[] {
  const period = list(random, ['a', 'b', 'c'], 1 + random(12)).join('');
  return [...period.repeat(Math.ceil(sizeOf(random) / period.length))];
}

/** Hardly any code point twice, in one plane and in two. */
function manyPoints(random: Random): string[] {
  const first = pick(random, [0x4e00, 0xff00]);
  return Array.from({ length: sizeOf(random) }, () => String.fromCodePoint(first + random(5000)));
}

/** The same blocks of one length in two orders, between separators that the other side lacks. */
function equalMatches(random: Random): TextPair {
  const length = 1 + random(6);
  const blocks = Array.from({ length: 2 + random(40) }, () => list(random, ['a', 'b', 'c'], length).join(''));
  const shuffled = blocks.map(() => pick(random, blocks));
  return [blocks.join('1'), (random(2) === 0 ? shuffled : blocks.toReversed()).join('2')];
}

/** Thue-Morse and Fibonacci words: self-similar on every scale. */
function substitution(random: Random, size: number): string {
  const rule: Readonly<Record<string, string>> = random(2) === 0 ? { a: 'ab', b: 'ba' } : { a: 'ab', b: 'a' };
  let text = 'a';
  while (text.length < size) text = Array.from(text, (symbol) => rule[symbol]).join('');
  return text.slice(random(3), size);
}

function movedBlocks(random: Random): TextPair {
  const original = codeLines(random, 2 + sizeOf(random) / 40);
  const moved = [...original];
  for (let count = random(4); count >= 0; count -= 1) {
    const block = moved.splice(random(moved.length), 1 + random(5));
    moved.splice(random(moved.length + 1), 0, ...block);
  }
  return [moved.join(''), original.join('')];
}

/** Two patches of one hunk each to the same code, as the paper's reward compares them. */
function patches(random: Random): TextPair {
  const context = codeLines(random, 3).map((line) => ` ${line}`);
  const removed = codeLines(random, 1 + random(6)).map((line) => `-${line}`);
  return twice(random, (size) => {
    const added = codeLines(random, Math.min(30, 1 + size / 60)).map((line) => `+${line}`);
    const start = random(900);
    return [`@@ -${start},9 +${start},9 @@\n`, ...context, ...removed, ...added, ...context].join('');
  });
}

function edited(random: Random, original: readonly string[], choices: readonly string[]): TextPair {
  return [mutated(random, original, choices).join(''), original.join('')];
}
