import { type Cancellation, throwIfCancelled } from '../../../domain/cancellation.ts';
import { rangeSuccessor, type RangeSuccessor } from './range-successor.ts';
import { commonPrefixes, suffixArray } from './suffix-array.ts';

/** The sorted suffixes of the text `a, separator, b`: position p of b is position a.length + 1 + p of the text. */
export interface SortedSuffixes {
  readonly aLength: number;
  readonly order: Int32Array;
  readonly rank: Int32Array;
  readonly successor: RangeSuccessor;
  /** The largest number of symbols that two suffixes share at their start. */
  readonly longest: number;
  /** By size: the first border between neighbours that share that many symbols; `nextBorder` continues the list, -1 ends. */
  readonly borders: Int32Array;
  readonly nextBorder: Int32Array;
}

/** Leaves out borders with fewer than `least` shared symbols. Takes about 60 bytes for each symbol, half of them temporarily. */
export function sortSuffixes(
  a: Int32Array,
  b: Int32Array,
  least: number,
  cancellation: Cancellation | undefined,
): SortedSuffixes {
  const separator = Math.max(largest(a), largest(b)) + 1;
  const text = new Int32Array(a.length + b.length + 1);
  text.set(a);
  text[a.length] = separator;
  text.set(b, a.length + 1);
  const order = suffixArray(text, separator + 1);
  throwIfCancelled(cancellation);
  const rank = new Int32Array(text.length);
  for (let index = 0; index < order.length; index += 1) rank[order[index] as number] = index;
  const common = commonPrefixes(text, order, rank);
  throwIfCancelled(cancellation);
  const successor = rangeSuccessor(order);
  return { aLength: a.length, order, rank, successor, ...bordersOf(common, least) };
}

function largest(values: Int32Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, value);
  return most;
}

function bordersOf(
  common: Int32Array,
  least: number,
): Pick<SortedSuffixes, 'longest' | 'borders' | 'nextBorder'> {
  const longest = largest(common);
  const borders = new Int32Array(longest + 1).fill(-1);
  const nextBorder = new Int32Array(common.length);
  for (let border = 1; border < common.length; border += 1) {
    const size = common[border] as number;
    if (size < least) continue;
    nextBorder[border] = borders[size] as number;
    borders[size] = border;
  }
  return { longest, borders, nextBorder };
}

/** The first position in a, `low` or later, among the suffixes [from, to] of the order; Infinity where there is none. */
export function firstInA(suffixes: SortedSuffixes, from: number, to: number, low: number): number {
  const position = suffixes.successor(from, to, low);
  return position < 0 || position >= suffixes.aLength ? Infinity : position;
}

/** The first position in b, `low` or later, among the suffixes [from, to] of the order; Infinity where there is none. */
export function firstInB(suffixes: SortedSuffixes, from: number, to: number, low: number): number {
  const position = suffixes.successor(from, to, suffixes.aLength + 1 + low);
  return position < 0 ? Infinity : position - suffixes.aLength - 1;
}
