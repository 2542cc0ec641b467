/**
 * The suffix array of a text with symbols 0..alphabet-1: the starts of all suffixes in their order, a proper prefix first.
 * Induced sorting (Nong, Zhang and Chan, 2009): linear time, about 20 bytes for each symbol at the peak.
 */
export function suffixArray(text: Int32Array, alphabet: number): Int32Array {
  const { length } = text;
  const order = new Int32Array(length);
  if (length < 2) return order;
  const types = typesOf(text);
  const buckets = bucketsOf(text, types, alphabet);
  const starts = leftmostSmaller(types);
  induce(text, types, buckets, starts, order);
  if (starts.length > 1) induce(text, types, buckets, sortStarts(text, types, starts, order), order);
  return order;
}

/** 1 where the suffix is smaller than the one that starts after it. */
function typesOf(text: Int32Array): Uint8Array {
  const types = new Uint8Array(text.length);
  for (let at = text.length - 2; at >= 0; at -= 1) {
    const here = text[at] as number;
    const next = text[at + 1] as number;
    types[at] = here < next || (here === next && types[at + 1] === 1) ? 1 : 0;
  }
  return types;
}

/** By first symbol: the start of its suffixes of type 0 in the order, and of its suffixes of type 1 behind them. */
interface Buckets {
  readonly larger: Int32Array;
  readonly smaller: Int32Array;
}

function bucketsOf(text: Int32Array, types: Uint8Array, alphabet: number): Buckets {
  const larger = new Int32Array(alphabet + 1);
  const smaller = new Int32Array(alphabet + 1);
  for (let at = 0; at < text.length; at += 1) {
    const counts = types[at] === 1 ? smaller : larger;
    counts[text[at] as number] = (counts[text[at] as number] as number) + 1;
  }
  let total = 0;
  for (let symbol = 0; symbol <= alphabet; symbol += 1) {
    const largerCount = larger[symbol] as number;
    const smallerCount = smaller[symbol] as number;
    larger[symbol] = total;
    smaller[symbol] = total + largerCount;
    total += largerCount + smallerCount;
  }
  return { larger, smaller };
}

/** Positions of type 1 that follow a position of type 0, ascending. */
function leftmostSmaller(types: Uint8Array): Int32Array {
  let count = 0;
  for (let at = 1; at < types.length; at += 1) count += isStart(types, at) ? 1 : 0;
  const starts = new Int32Array(count);
  count = 0;
  for (let at = 1; at < types.length; at += 1) if (isStart(types, at)) starts[count++] = at;
  return starts;
}

function isStart(types: Uint8Array, at: number): boolean {
  return types[at] === 1 && types[at - 1] === 0;
}

/** Orders all suffixes from the order of `starts`. With unsorted starts the order is that of the texts up to the next start. */
function induce(
  text: Int32Array,
  types: Uint8Array,
  buckets: Buckets,
  starts: Int32Array,
  order: Int32Array,
): void {
  order.fill(-1);
  const next = buckets.smaller.slice();
  for (const start of starts) order[takeNext(next, text[start] as number)] = start;
  next.set(buckets.larger);
  const last = text.length - 1;
  order[takeNext(next, text[last] as number)] = last;
  for (let index = 0; index < text.length; index += 1) {
    const before = (order[index] as number) - 1;
    if (before >= 0 && types[before] === 0) order[takeNext(next, text[before] as number)] = before;
  }
  next.set(buckets.larger);
  for (let index = last; index >= 0; index -= 1) {
    const before = (order[index] as number) - 1;
    if (before < 0 || types[before] === 0) continue;
    const bucketEnd = (text[before] as number) + 1;
    next[bucketEnd] = (next[bucketEnd] as number) - 1;
    order[next[bucketEnd]] = before;
  }
}

/** Takes the next free place of a bucket. */
function takeNext(next: Int32Array, symbol: number): number {
  const place = next[symbol] as number;
  next[symbol] = place + 1;
  return place;
}

/** Sorts the starts by their suffixes: names the texts up to the next start, and sorts the text of these names. */
function sortStarts(text: Int32Array, types: Uint8Array, starts: Int32Array, order: Int32Array): Int32Array {
  const names = new Int32Array(starts.length);
  const indexOf = new Int32Array(text.length).fill(-1);
  for (let index = 0; index < starts.length; index += 1) indexOf[starts[index] as number] = index;
  let name = -1;
  let before = -1;
  for (const at of order) {
    const index = indexOf[at] as number;
    if (index < 0) continue;
    if (before < 0 || !isSamePart(text, types, before, at)) name += 1;
    names[index] = name;
    before = at;
  }
  return suffixArray(names, name + 1).map((index) => starts[index] as number);
}

/** Whether two starts have the same symbols and types up to their next starts. */
function isSamePart(text: Int32Array, types: Uint8Array, one: number, other: number): boolean {
  for (let step = 0; ; step += 1) {
    if (one + step >= text.length || other + step >= text.length) return false;
    if (text[one + step] !== text[other + step] || types[one + step] !== types[other + step]) return false;
    if (step > 0 && isStart(types, one + step)) return isStart(types, other + step);
  }
}

/** `common[i]` is how many symbols the suffixes `order[i - 1]` and `order[i]` share at their start (Kasai and others, 2001). */
export function commonPrefixes(text: Int32Array, order: Int32Array, rank: Int32Array): Int32Array {
  const common = new Int32Array(text.length);
  let shared = 0;
  for (let at = 0; at < text.length; at += 1) {
    const index = rank[at] as number;
    if (index === 0) {
      shared = 0;
      continue;
    }
    const other = order[index - 1] as number;
    const most = text.length - Math.max(at, other);
    while (shared < most && text[at + shared] === text[other + shared]) shared += 1;
    common[index] = shared;
    shared = Math.max(0, shared - 1);
  }
  return common;
}
