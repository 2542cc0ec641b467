import { scratchInts } from './scratch.ts';

/** Gives the 32-bit hash of any stretch of a sequence in constant time; unequal stretches may have equal hashes. */
export interface RollingHash {
  /** `prefix[i]` is the hash of the first i symbols. */
  readonly prefix: Int32Array;
  readonly symbols: Int32Array;
}

const base = 0x01000193;

export function rollingHash(symbols: Int32Array): RollingHash {
  const prefix = scratchInts(symbols.length + 1);
  let hash = 0;
  prefix[0] = hash;
  for (let at = 0; at < symbols.length; at += 1) {
    hash = (Math.imul(hash, base) + (symbols[at] as number) + 1) | 0;
    prefix[at + 1] = hash;
  }
  return { prefix, symbols };
}

/** The hash of the `size` symbols from `at` on; `power` is `hashPower(size)`. */
export function stretchHash(prefix: Int32Array, at: number, size: number, power: number): number {
  return ((prefix[at + size] as number) - Math.imul(prefix[at] as number, power)) | 0;
}

/** The factor that `stretchHash` needs for stretches of this length. */
export function hashPower(length: number): number {
  let power = 1;
  for (let count = 0; count < length; count += 1) power = Math.imul(power, base);
  return power;
}

/** Spreads a hash over the `bits` lowest bits: the low bits of a rolling hash depend on the last symbols alone. */
export function spread(hash: number, bits: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x9e3779b1) >>> (32 - bits);
}
