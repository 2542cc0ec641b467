import { ratio } from '../../src/diff/similarity.ts';
import { batchMs, cpuMsOf } from './cpu-time.ts';
import { ladder, type Pair, pairsOf, type SizeClass } from './pairs.ts';
import type { Piece } from './pieces.ts';
import { preparePython, type Reference, startReference } from './python.ts';
import type { Report } from './report.ts';

interface Answer {
  readonly cpython: { readonly ratio: number; readonly seconds: number };
  readonly cydifflib: { readonly ratio: number; readonly seconds: number };
}

/** CPU time in ms, summed over the pairs of a class. */
interface Sums {
  cpython: number;
  cydifflib: number;
  ours: number;
  largest: number;
  differences: number;
}

const tolerance = 1e-12;
/** Below this class a call of ours is so short that cydifflib may be ahead. */
const aheadAbove = 500;
const growthFrom = 2000;
const growthPairs = 96;
const growthRounds = 10;
/** Symbols of both sides in one batch: about 15 ms. */
const growthSymbols = 200_000;

/** Each class against CPython and cydifflib, and how our time grows over all pairs of 2 to 100 kB. */
export async function compareSimilarity(
  report: Report,
  pieces: readonly Piece[],
  classes: readonly SizeClass[],
): Promise<void> {
  preparePython();
  using reference = startReference<Answer>('ratio_reference.py');
  report.line(
    'class   pairs  largest  CPython ms  cydifflib ms    ours ms    ×CPython  ×cydifflib  differences',
  );
  for (const sizeClass of classes)
    await compareClass(report, reference, sizeClass, pairsOf(pieces, sizeClass));
  measureGrowth(report, pieces);
}

async function compareClass(
  report: Report,
  reference: Reference<Answer>,
  { name, limit, leastRatio }: SizeClass,
  pairs: readonly Pair[],
): Promise<void> {
  const sums: Sums = { cpython: 0, cydifflib: 0, ours: 0, largest: 0, differences: 0 };
  warmUp(pairs);
  for (const pair of pairs) addPair(sums, pair, await reference.ask({ a: pair.predicted, b: pair.oracle }));
  report.line(row(name, pairs.length, sums));
  report.atLeast(`ratio_${name}`, sums.cpython / sums.ours, leastRatio);
  const ahead = sums.cydifflib / sums.ours;
  if (limit > aheadAbove) report.atLeast(`ratio_${name}_cydifflib`, ahead, 1);
  else report.figure(`ratio_${name}_cydifflib`, ahead);
  report.figure(`ours_${name}_ms_per_pair`, sums.ours / pairs.length);
  report.figure(`cpython_${name}_ms_per_pair`, sums.cpython / pairs.length);
  report.atMost(`differences_${name}`, sums.differences, 0);
}

function addPair(sums: Sums, { predicted, oracle }: Pair, { cpython, cydifflib }: Answer): void {
  const own = ratio(predicted, oracle);
  const same = [cpython, cydifflib].every((theirs) => Math.abs(theirs.ratio - own) <= tolerance);
  sums.cpython += cpython.seconds * 1000;
  sums.cydifflib += cydifflib.seconds * 1000;
  sums.ours += cpuMsOf(() => ratio(predicted, oracle));
  sums.largest = Math.max(sums.largest, predicted.length, oracle.length);
  sums.differences += same ? 0 : 1;
}

function row(name: string, count: number, { cpython, cydifflib, ours, largest, differences }: Sums): string {
  const cells = [
    String(largest).padStart(8),
    cpython.toFixed(1).padStart(11),
    cydifflib.toFixed(2).padStart(13),
    ours.toFixed(3).padStart(10),
    (cpython / ours).toFixed(0).padStart(11),
    (cydifflib / ours).toFixed(1).padStart(11),
    String(differences).padStart(12),
  ];
  return `${name.padEnd(7)} ${String(count).padStart(5)} ${cells.join(' ')}`;
}

/**
 * The slope of log time over log total length, by least squares. All pairs are measured in turn, again and again, and the
 * fastest counts: what else runs on a machine for some seconds would otherwise bend the line where it happened to hit.
 */
function measureGrowth(report: Report, pieces: readonly Piece[]): void {
  const pairs = ladder(pieces, growthFrom, 100_000, growthPairs);
  const fastest = pairs.map(() => Infinity);
  warmUp(pairs.slice(0, growthPairs / 2));
  for (let round = 0; round < growthRounds; round += 1) {
    for (const [index, pair] of pairs.entries()) {
      const calls = Math.max(1, Math.round(growthSymbols / lengthOf(pair)));
      const ms = batchMs(() => ratio(pair.predicted, pair.oracle), calls);
      fastest[index] = Math.min(fastest[index] as number, ms);
    }
  }
  const points = pairs.map((pair, index): [number, number] => [
    Math.log(lengthOf(pair)),
    Math.log(fastest[index] as number),
  ]);
  report.atMost('growth_exponent', slope(points), 1.2);
  report.line(`growth exponent over ${pairs.length} pairs of 2 to 100 kB: ${slope(points).toFixed(3)}`);
}

function lengthOf({ predicted, oracle }: Pair): number {
  return predicted.length + oracle.length;
}

function slope(points: readonly (readonly [number, number])[]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  let together = 0;
  let alone = 0;
  for (const [x, y] of points) {
    together += (x - meanX) * (y - meanY);
    alone += (x - meanX) ** 2;
  }
  return together / alone;
}

function warmUp(pairs: readonly Pair[]): void {
  const until = performance.now() + 500;
  for (let round = 0; round < 40 && performance.now() < until; round += 1) {
    for (const { predicted, oracle } of pairs) ratio(predicted, oracle);
  }
}
