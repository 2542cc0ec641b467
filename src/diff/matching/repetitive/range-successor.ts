/** The smallest of `values[from..to]` that is at least `low`, or -1. */
export type RangeSuccessor = (from: number, to: number, low: number) => number;

const scanned = 48;

/**
 * Answers queries over a permutation of 0..values.length-1 in logarithmic time with a wavelet matrix, which takes one byte
 * for each value and bit; short ranges are scanned.
 */
export function rangeSuccessor(values: Int32Array): RangeSuccessor {
  const bits = Math.max(1, 32 - Math.clz32(values.length));
  const levels = levelsOf(values, bits);

  function countBelow(from: number, to: number, limit: number): number {
    let [low, high, count] = [from, to + 1, 0];
    for (let level = 0; level < bits; level += 1) {
      const { words, before, zeros } = levels[level] as Level;
      const zerosLow = zerosUpTo(words, before, low);
      const zerosHigh = zerosUpTo(words, before, high);
      if (((limit >>> (bits - 1 - level)) & 1) === 0) [low, high] = [zerosLow, zerosHigh];
      else {
        count += zerosHigh - zerosLow;
        [low, high] = [zeros + low - zerosLow, zeros + high - zerosHigh];
      }
    }
    return count;
  }

  function nth(from: number, to: number, index: number): number {
    let [low, high, left, value] = [from, to + 1, index, 0];
    for (let level = 0; level < bits; level += 1) {
      const { words, before, zeros } = levels[level] as Level;
      const zerosLow = zerosUpTo(words, before, low);
      const zerosHigh = zerosUpTo(words, before, high);
      value *= 2;
      if (left < zerosHigh - zerosLow) [low, high] = [zerosLow, zerosHigh];
      else {
        left -= zerosHigh - zerosLow;
        value += 1;
        [low, high] = [zeros + low - zerosLow, zeros + high - zerosHigh];
      }
    }
    return value;
  }

  return (from, to, low) => {
    if (to - from < scanned) return scan(values, from, to, low);
    const index = countBelow(from, to, low);
    return index > to - from ? -1 : nth(from, to, index);
  };
}

function scan(values: Int32Array, from: number, to: number, low: number): number {
  let best = -1;
  for (let at = from; at <= to; at += 1) {
    const value = values[at] as number;
    if (value >= low && (best < 0 || value < best)) best = value;
  }
  return best;
}

/** One bit of every value, in the order given by the higher bits; `before` counts the ones in front of each word. */
interface Level {
  readonly words: Int32Array;
  readonly before: Int32Array;
  readonly zeros: number;
}

function zerosUpTo(words: Int32Array, before: Int32Array, at: number): number {
  const word = at >>> 5;
  const ones = (before[word] as number) + countOnes((words[word] as number) & ((1 << (at & 31)) - 1));
  return at - ones;
}

function countOnes(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function levelsOf(values: Int32Array, bits: number): Level[] {
  const levels: Level[] = [];
  let current = values.slice();
  let sorted = new Int32Array(values.length);
  for (let bit = bits - 1; bit >= 0; bit -= 1) {
    const words = new Int32Array((values.length >>> 5) + 1);
    let ones = 0;
    for (let at = 0; at < current.length; at += 1) {
      if ((((current[at] as number) >>> bit) & 1) === 0) continue;
      words[at >>> 5] = (words[at >>> 5] as number) | (1 << (at & 31));
      ones += 1;
    }
    const zeros = values.length - ones;
    levels.push({ words, before: onesBefore(words), zeros });
    partition(current, bit, zeros, sorted);
    [current, sorted] = [sorted, current];
  }
  return levels;
}

function onesBefore(words: Int32Array): Int32Array {
  const before = new Int32Array(words.length);
  for (let at = 1; at < words.length; at += 1) {
    before[at] = (before[at - 1] as number) + countOnes(words[at - 1] as number);
  }
  return before;
}

/** Stable partition: values whose bit is 0 first. */
function partition(values: Int32Array, bit: number, zeros: number, into: Int32Array): void {
  let zero = 0;
  let one = zeros;
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] as number;
    if (((value >>> bit) & 1) === 0) into[zero++] = value;
    else into[one++] = value;
  }
}
