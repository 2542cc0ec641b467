import { spawn, spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { randomFrom } from '../domain/random.ts';
import { type ParityPair, parityPair } from './parity-pairs.test-support.ts';
import { pythonLines, strip } from './python-strings.ts';
import { list, mutated } from './random-lists.test-support.ts';
import { matchingBlocks, ratio } from './similarity.ts';
import { unifiedDiff } from './unified-diff.ts';

interface Reference {
  readonly ratio: number;
  readonly blocks: readonly (readonly [a: number, b: number, size: number])[];
  readonly lines: readonly string[];
  readonly strip: string;
  /** Of the lists of lines. */
  readonly diff: readonly string[];
  /** Of the texts, split into lines. */
  readonly textDiff: readonly string[];
}

const isFull = process.env['MENDLOOP_TEST_FULL'] === '1';
const pairCount = isFull ? 20_000 : 2000;
const seed = process.env['MENDLOOP_TEST_SEED'] ?? 'parity';
const hasPython = spawnSync('python3', ['--version']).status === 0;
const batch = 250;
const lanes = 2;

const reference = `
import difflib, json, sys
def diff(a, b):
    return list(difflib.unified_diff(a, b, lineterm="", n=3))[2:]
def answer(p):
    a, b = p["a"], p["b"]
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    return {"ratio": matcher.ratio(), "blocks": matcher.get_matching_blocks()[:-1], "lines": a.splitlines(),
            "strip": a.strip(), "diff": diff(p["aLines"], p["bLines"]), "textDiff": diff(a.splitlines(), b.splitlines())}
json.dump([answer(p) for p in json.load(sys.stdin.buffer)], sys.stdout)
`;

/**
 * An unpaired surrogate reaches Python as the escape that JSON has for it, and is a code point of its own there and
 * here; a high one followed by a low one is one astral code point on both sides, wherever the text was cut before.
 */
test.skipIf(!hasPython)(
  `CPython gives the same answers to ${pairCount} pairs (python3 needed, seed ${seed})`,
  { timeout: 600_000 },
  async () => {
    const differences = await differencesInLanes();
    expect(differences).toEqual([]);
  },
);

/** Lines that are each just too rare to be popular, and pair up hundreds of thousands of times. */
test.skipIf(!hasPython)(
  'CPython gives the same diff of 12,000 lines, 110 of them distinct (python3 needed)',
  async () => {
    const random = randomFrom(seed);
    const vocabulary = Array.from({ length: 110 }, (_, index) => `line ${index}`);
    const aLines = list(random, vocabulary, 12_000);
    const pairs = [mutated(random, aLines, vocabulary), list(random, vocabulary, 12_000)].map((bLines) => ({
      a: '',
      b: '',
      aLines,
      bLines,
      family: 'repetitive lines',
    }));
    const answers = await askPython(pairs);
    const names = pairs.map((pair, index) => namesOfDifferences(pair, answers[index] as Reference));
    expect(names).toEqual([[], []]);
  },
);

/** CPython works on some batches at once, so that both cores are used. */
async function differencesInLanes(): Promise<string[]> {
  const differences: string[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < pairCount) {
      const from = next;
      next += batch;
      differences.push(...(await differencesFrom(from, Math.min(pairCount, next))));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return differences;
}

async function differencesFrom(from: number, to: number): Promise<string[]> {
  const pairs = Array.from({ length: to - from }, (_, index) => pairAt(from + index));
  const answers = await askPython(pairs);
  expect(answers).toHaveLength(pairs.length);
  return pairs.flatMap((pair, index) =>
    namesOfDifferences(pair, answers[index] as Reference).map(
      (name) => `pair ${from + index}, ${pair.family}: ${name} of ${JSON.stringify(pair).slice(0, 500)}`,
    ),
  );
}

function pairAt(index: number): ParityPair {
  return parityPair(randomFrom(`${seed} ${index}`), index);
}

function namesOfDifferences(pair: ParityPair, answer: Reference): string[] {
  const ours: Reference = {
    ratio: ratio(pair.a, pair.b),
    blocks: mergedBlocks(pair),
    lines: pythonLines(pair.a),
    strip: strip(pair.a),
    diff: unifiedDiff(pair.aLines, pair.bLines),
    textDiff: unifiedDiff(pythonLines(pair.a), pythonLines(pair.b)),
  };
  const names = Object.keys(ours) as (keyof Reference)[];
  return names.filter((name) => JSON.stringify(ours[name]) !== JSON.stringify(answer[name]));
}

/** CPython reports blocks that touch on both sides as one. */
function mergedBlocks({ a, b }: ParityPair): [number, number, number][] {
  const merged: [number, number, number][] = [];
  for (const { aStart, bStart, size } of matchingBlocks(a, b)) {
    const last = merged.at(-1);
    const touches = last !== undefined && last[0] + last[2] === aStart && last[1] + last[2] === bStart;
    if (touches) last[2] += size;
    else merged.push([aStart, bStart, size]);
  }
  return merged;
}

async function askPython(pairs: readonly ParityPair[]): Promise<Reference[]> {
  const child = spawn('python3', ['-c', reference], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(pairs));
  return JSON.parse(await text(child.stdout)) as Reference[];
}
