import { pick } from '../../src/domain/random.test-support.ts';
import type { Random } from '../../src/domain/random.ts';
import { diffFamilies } from './diffs.ts';
import { type Files, outputFamilies } from './outputs.ts';
import { fileText, oddPaths, soup } from './pieces.ts';

export interface FuzzRow {
  readonly family: string;
  readonly row: unknown;
  /** Whether the row itself is right, so that only the answer in it may be wrong. */
  readonly isReadable: boolean;
}

const outputs = Object.entries(outputFamilies);
const diffs = Object.entries(diffFamilies);
const outputsOfTen = 7;
const others = ['diff', 'text', 'unreadable'] as const;

/** Seven of ten rows are model outputs; families take turns. */
export function fuzzRow(random: Random, index: number): FuzzRow {
  const turn = Math.floor(index / 10);
  const place = index % 10;
  if (place < outputsOfTen) return outputRow(random, turn * outputsOfTen + place);
  switch (others[place - outputsOfTen]) {
    case 'diff':
      return diffRow(random, turn);
    case 'text':
      return textRow(random);
    default:
      return { family: 'unreadable', row: unreadable(random), isReadable: false };
  }
}

function textRow(random: Random): FuzzRow {
  const row = { kind: 'ratio', a: soup(random, 30), b: soup(random, 30) };
  return { family: 'text', row, isReadable: true };
}

function outputRow(random: Random, turn: number): FuzzRow {
  const [family, make] = outputs[turn % outputs.length] as (typeof outputs)[number];
  const context = someFiles(random);
  const row = {
    kind: 'search_replace',
    context,
    oracle: oracleOf(random, context),
    output: make(random, context),
  };
  return { family: `output ${family}`, row: withVerdict(random, row), isReadable: true };
}

function diffRow(random: Random, turn: number): FuzzRow {
  const [family, make] = diffs[turn % diffs.length] as (typeof diffs)[number];
  const oracle = random(4) === 0 ? [make(random)] : [diffFamilies['readable']?.(random) ?? ''];
  const pred = Array.from({ length: random(3) }, () => make(random));
  const isSame = random(6) === 0;
  const row = { kind: 'unidiff', oracle, pred: isSame ? oracle : pred };
  return { family: `diff ${family}`, row: withVerdict(random, row), isReadable: true };
}

function withVerdict(random: Random, row: object): object {
  if (random(4) > 0) return row;
  return { ...row, execution: { verdict: pick(random, ['resolved', 'unresolved', 'invalid']) } };
}

/** Built as JSON builds it: any path is a field of its own, `__proto__` too. */
function someFiles(random: Random): Files {
  const files: [string, string][] = [['a.py', fileText(random, 12)]];
  for (let more = random(3); more > 0; more -= 1) files.push([pick(random, oddPaths), fileText(random, 12)]);
  return Object.fromEntries(files);
}

function oracleOf(random: Random, context: Files): Files {
  const changed = Object.entries(context).filter(() => random(3) > 0);
  const texts = changed.map(([path, text]): [string, string] => [
    path,
    text.replace(/x|a/, fileText(random, 3)),
  ]);
  if (random(8) === 0) texts.push([pick(random, oddPaths), fileText(random, 4)]);
  return Object.fromEntries(texts);
}

const wrongValues: readonly unknown[] = [
  null,
  0,
  -1,
  true,
  '',
  [],
  {},
  [null],
  { a: 1 },
  [['a']],
  'x',
  1e308,
];

/** A readable row with one field of another type, or no row at all. */
function unreadable(random: Random): unknown {
  const whole = JSON.parse(pick(random, wholeRows)) as Record<string, unknown>;
  const field = pick(random, Object.keys(whole));
  const wrong = wrongValues.filter((value) => typeof value !== typeof whole[field]);
  return pick(random, [
    pick(random, [null, 0, true, 'row', [], [{}]]),
    {
      ...whole,
      [field]: pick(
        random,
        wrong.filter((value) => typeof value !== 'object' || value === null),
      ),
    },
    { ...whole, execution: pick(random, [{}, { verdict: 'maybe' }, [], 'resolved', { verdict: null }]) },
    { ...whole, kind: pick(random, ['', 'toString', '__proto__', 'RATIO', 7, null]) },
    {},
  ]);
}

const wholeRows = [
  '{"kind":"search_replace","context":{"a":"x"},"oracle":{"__proto__":"y"},"output":""}',
  '{"kind":"unidiff","oracle":["x"],"pred":[""]}',
  '{"kind":"ratio","a":"x","b":"y"}',
];
