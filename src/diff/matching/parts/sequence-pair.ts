import { scratchInts } from './scratch.ts';

/** Two sequences of symbols 0..symbols-1; equal items of the two sides have the same symbol. */
export interface SequencePair {
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly symbols: number;
}

/** Pairs the code points of two strings. An unpaired surrogate counts as a code point. */
export function characterPair(a: string, b: string): SequencePair {
  const table: CharacterTable = { low: scratchInts(lowPoints).fill(-1), high: new Map(), count: 0 };
  return { a: characters(a, table), b: characters(b, table), symbols: table.count };
}

/** Pairs the items of two lists, for example the lines of two texts. */
export function itemPair(a: readonly string[], b: readonly string[]): SequencePair {
  const symbolOf = new Map<string, number>();
  return { a: items(a, symbolOf), b: items(b, symbolOf), symbols: symbolOf.size };
}

/** Code points below this bound are looked up in an array: 4 ns each, against 20 ns in a map. */
const lowPoints = 256;

/** Symbols by code point, numbered in order of first appearance. */
interface CharacterTable {
  readonly low: Int32Array;
  readonly high: Map<number, number>;
  count: number;
}

function characters(text: string, table: CharacterTable): Int32Array {
  const symbols = scratchInts(text.length);
  const { low } = table;
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    let point = text.charCodeAt(at);
    const symbol = point < lowPoints ? (low[point] as number) : -1;
    if (symbol < 0 && (point & 0xfc00) === 0xd800) {
      point = text.codePointAt(at) as number;
      if (point > 0xffff) at += 1;
    }
    symbols[count] = symbol < 0 ? symbolOfPoint(point, table) : symbol;
    count += 1;
  }
  return symbols.subarray(0, count);
}

function symbolOfPoint(point: number, table: CharacterTable): number {
  const symbol = point < lowPoints ? (table.low[point] as number) : (table.high.get(point) ?? -1);
  if (symbol >= 0) return symbol;
  if (point < lowPoints) table.low[point] = table.count;
  else table.high.set(point, table.count);
  table.count += 1;
  return table.count - 1;
}

function items(list: readonly string[], symbolOf: Map<string, number>): Int32Array {
  return Int32Array.from(list, (item) => symbolFor(item, symbolOf));
}

function symbolFor(item: string, symbolOf: Map<string, number>): number {
  const symbol = symbolOf.get(item);
  if (symbol !== undefined) return symbol;
  symbolOf.set(item, symbolOf.size);
  return symbolOf.size - 1;
}
