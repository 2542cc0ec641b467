import { type Cancellation, throwIfCancelled } from '../../../domain/cancellation.ts';
import { rangeSuccessor, type RangeSuccessor } from './range-successor.ts';
import { commonPrefixes, suffixArray } from './suffix-array.ts';

/** The suffixes of a, a separator and b, by their order; positions of b come after those of a and the separator. */
export interface SortedSuffixes {
  readonly aLength: number;
  readonly order: Int32Array;
  readonly rank: Int32Array;
  readonly successor: RangeSuccessor;
  /** The most symbols that two suffixes share at their start. */
  readonly longest: number;
  /** By size: the first border in the order whose two suffixes share that many symbols; `nextBorder` goes on, -1 ends. */
  readonly borders: Int32Array;
  readonly nextBorder: Int32Array;
}

/** Borders of fewer than `least` shared symbols are left out. About 60 bytes a symbol, half of them only while it works. */
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

/** The first position of a at or after `low` in a part of the order; infinitely far if there is none. */
export function firstInA(suffixes: SortedSuffixes, from: number, to: number, low: number): number {
  const found = suffixes.successor(from, to, low);
  return found < 0 || found >= suffixes.aLength ? Infinity : found;
}

/** As `firstInA` for b. */
export function firstInB(suffixes: SortedSuffixes, from: number, to: number, low: number): number {
  const found = suffixes.successor(from, to, suffixes.aLength + 1 + low);
  return found < 0 ? Infinity : found - suffixes.aLength - 1;
}
