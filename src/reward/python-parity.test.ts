import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { automatonMatcher } from './automaton-matcher.ts';
import { splitLines } from './lines.ts';
import { forEachBlock } from './match.ts';
import { characterPair } from './sequence-pair.ts';
import { ratio } from './similarity.ts';
import { strip } from './strip.ts';
import { unifiedDiff } from './unified-diff.ts';

interface Pair {
  readonly a: string;
  readonly b: string;
  readonly aLines: readonly string[];
  readonly bLines: readonly string[];
}

interface Reference {
  readonly ratio: number;
  readonly lines: string[];
  readonly strip: string;
  readonly diff: string[];
}

const pairCount = 2000;
const seed = Number(process.env['MENDLOOP_TEST_SEED'] ?? 20_261_122);
const hasPython = spawnSync('python3', ['--version']).status === 0;

const reference = `
import difflib, json, sys
def answer(p):
    matcher = difflib.SequenceMatcher(None, p["a"], p["b"], autojunk=False)
    diff = difflib.unified_diff(p["aLines"], p["bLines"], lineterm="", n=3)
    return {"ratio": matcher.ratio(), "lines": p["a"].splitlines(), "strip": p["a"].strip(), "diff": list(diff)[2:]}
json.dump([answer(p) for p in json.load(sys.stdin.buffer)], sys.stdout)
`;

test.skipIf(!hasPython)(
  `CPython gives the same answers (python3 needed, seed ${seed})`,
  () => {
    const random = generator(seed);
    const pairs = Array.from({ length: pairCount }, () => randomPair(random));
    const answers = askPython(pairs);
    expect(answers).toHaveLength(pairCount);
    const differences = pairs.filter((pair, index) => differs(pair, answers[index] as Reference));
    expect(differences).toEqual([]);
  },
  180_000,
);

function differs(pair: Pair, answer: Reference): boolean {
  const same =
    ratio(pair.a, pair.b) === answer.ratio &&
    ratioByAutomaton(pair.a, pair.b) === answer.ratio &&
    strip(pair.a) === answer.strip &&
    equal(splitLines(pair.a), answer.lines) &&
    equal(unifiedDiff(pair.aLines, pair.bLines), answer.diff);
  return !same;
}

/** `ratio` takes the automaton for large regions only; here it does all of them. */
function ratioByAutomaton(a: string, b: string): number {
  const pair = characterPair(a, b);
  const total = pair.a.length + pair.b.length;
  let matched = 0;
  const whole = { aLow: 0, aHigh: pair.a.length, bLow: 0, bHigh: pair.b.length };
  forEachBlock(whole, automatonMatcher(pair), ({ size }) => {
    matched += size;
  });
  return total === 0 ? 1 : (2 * matched) / total;
}

function equal(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((item, index) => item === right[index]);
}

function askPython(pairs: readonly Pair[]): Reference[] {
  const run = spawnSync('python3', ['-c', reference], {
    input: JSON.stringify(pairs),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (run.status !== 0) throw new Error(`python3 ended with status ${run.status}: ${run.stderr}`);
  return JSON.parse(run.stdout) as Reference[];
}

type Random = (below: number) => number;

/** Mulberry32: small, seeded, good enough to scatter test data. */
function generator(start: number): Random {
  let state = start >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const alphabets = [
  ['a', 'b'],
  ['a'],
  ['a', 'b', 'c', ' ', '\n'],
  [...'def return(self, x): \n='],
  ['\u{1F600}', '\u{1F601}', '\u{10FFFF}', 'e', '\u0301', '\uFFFD'],
  [
    'x',
    '\r',
    '\n',
    '\r\n',
    '\v',
    '\f',
    '\u001c',
    '\u001f',
    '\u0085',
    '\u2028',
    '\u00a0',
    '\u3000',
    '\ufeff',
    '\u200b',
  ],
];
const sizes = [2, 10, 40, 120, 400];
const lineSizes = [2, 12, 60, 199, 210, 400];
const manyDifferent = Array.from({ length: 500 }, (_, index) => `line ${index}`);
const vocabularies = [
  ['', 'x', '}', '    pass'],
  manyDifferent,
  [...manyDifferent.slice(0, 60), '', '', '', '}', '}'],
];

function randomPair(random: Random): Pair {
  const alphabet = pick(random, alphabets);
  const a = list(random, alphabet, pick(random, sizes));
  const b = random(3) === 0 ? list(random, alphabet, pick(random, sizes)) : mutated(random, a, alphabet);
  const vocabulary = pick(random, vocabularies);
  const aLines = list(random, vocabulary, pick(random, lineSizes));
  const bLines =
    random(5) === 0 ? list(random, vocabulary, pick(random, lineSizes)) : mutated(random, aLines, vocabulary);
  return { a: a.join(''), b: b.join(''), aLines, bLines };
}

function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[random(choices.length)] as T;
}

function list(random: Random, choices: readonly string[], below: number): string[] {
  return Array.from({ length: random(below + 1) }, () => pick(random, choices));
}

/** Some parts replaced, one part moved now and then. */
function mutated(random: Random, original: readonly string[], choices: readonly string[]): string[] {
  const items = [...original];
  for (let count = random(10); count >= 0; count -= 1) {
    items.splice(random(items.length + 1), random(12), ...list(random, choices, 10));
  }
  if (random(4) === 0) items.push(...items.splice(0, random(items.length + 1)));
  return items;
}
