/** Two sequences over one alphabet of dense symbols 0..symbols-1, ready to be matched. */
export interface SequencePair {
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly symbols: number;
}

/** The code points of two strings. An unpaired surrogate is a symbol of its own. */
export function characterPair(a: string, b: string): SequencePair {
  const symbolOf = new Map<number, number>();
  return { a: characters(a, symbolOf), b: characters(b, symbolOf), symbols: symbolOf.size };
}

/** The items of two lists; equal items are one symbol. */
export function itemPair(a: readonly string[], b: readonly string[]): SequencePair {
  const symbolOf = new Map<string, number>();
  return { a: items(a, symbolOf), b: items(b, symbolOf), symbols: symbolOf.size };
}

function characters(text: string, symbolOf: Map<number, number>): Int32Array {
  const symbols = new Int32Array(text.length);
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const point = text.codePointAt(at) ?? 0;
    if (point > 0xffff) at += 1;
    symbols[count] = symbolFor(point, symbolOf);
    count += 1;
  }
  return symbols.subarray(0, count);
}

function items(list: readonly string[], symbolOf: Map<string, number>): Int32Array {
  return Int32Array.from(list, (item) => symbolFor(item, symbolOf));
}

function symbolFor<Key>(key: Key, symbolOf: Map<Key, number>): number {
  const known = symbolOf.get(key);
  if (known !== undefined) return known;
  const symbol = symbolOf.size;
  symbolOf.set(key, symbol);
  return symbol;
}
