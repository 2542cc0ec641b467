import { createHash } from 'node:crypto';

/** Numbers that are the same in every run with the same seed. */
export interface SeededRandom {
  /** From 0 up to, not including, 1. */
  readonly fraction: () => number;
  /** A whole number from 0 up to, not including, `below`. */
  readonly below: (below: number) => number;
  readonly pick: <T>(values: readonly T[]) => T;
  readonly shuffled: <T>(values: readonly T[]) => T[];
}

/** A stream of its own for each pair of seed and purpose: one part drawing more numbers leaves the others alone. */
export function seededRandom(seed: string, purpose: string): SeededRandom {
  let drawn = 0;
  function fraction(): number {
    const digest = createHash('sha256').update(`${seed}\n${purpose}\n${drawn++}`).digest();
    return digest.readUIntBE(0, 6) / 2 ** 48;
  }
  const below = (limit: number): number => Math.floor(fraction() * limit);
  return {
    fraction,
    below,
    pick: (values) => {
      const value = values[below(values.length)];
      if (value === undefined) throw new RangeError('nothing to pick from');
      return value;
    },
    shuffled: (values) => {
      const keyed = values.map((value) => ({ value, key: fraction() }));
      return keyed.sort((a, b) => a.key - b.key).map(({ value }) => value);
    },
  };
}
