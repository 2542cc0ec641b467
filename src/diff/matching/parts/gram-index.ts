import { spread } from './rolling-hash.ts';
import { scratchBytes, scratchInts } from './scratch.ts';

/** Finds the positions of a sequence by the hash of the stretch that starts there, in ascending order for each hash. */
export interface GramIndex {
  /** Removes all positions and makes room for `count` new ones. */
  reset(count: number): void;
  /** Adds a position. Positions must be added in descending order. */
  add(hash: number, position: number): void;
  /** A filter that rejects most absent hashes with one look-up; valid until the next `reset`. */
  sieve(): Sieve;
  /** The slot of a hash, or -1 where no position has this hash. */
  find(hash: number): number;
  /** The first position of a slot that is `low` or greater, or -1. Removes earlier positions: `low` must never fall. */
  firstFrom(place: number, low: number): number;
  /** The next position of the same hash, or -1. */
  next(position: number): number;
}

/** One bit for each hash of `bits` bits; a hash whose bit is 0 has no position in the index. */
export interface Sieve {
  readonly bits: number;
  readonly marks: Uint8Array;
}

export function passes({ bits, marks }: Sieve, hash: number): boolean {
  const bit = spread(hash, bits);
  return ((marks[bit >>> 3] as number) & (1 << (bit & 7))) !== 0;
}

/** An index for positions below `length`. Memory: 4 bytes for each position, 16 to 32 for each one that `reset` makes room for. */
export function createGramIndex(length: number): GramIndex {
  const following = scratchInts(length);
  let bits = 1;
  let mask = 0;
  let hashes = scratchInts(0);
  let heads = scratchInts(0);
  /** Eight bits for each slot, chosen by three further bits of the hash, so that most absent hashes are rejected here. */
  let present = scratchBytes(0);

  /** The slot that holds the hash, or the free slot where the hash belongs. */
  function placeOf(hash: number): number {
    let place = spread(hash, bits);
    while (heads[place] !== -1 && hashes[place] !== hash) place = (place + 1) & mask;
    return place;
  }

  return {
    reset(count) {
      bits = Math.max(2, 33 - Math.clz32(count));
      mask = 2 ** bits - 1;
      if (heads.length > mask) {
        heads.fill(-1, 0, mask + 1);
        present.fill(0, 0, mask + 1);
        return;
      }
      heads = scratchInts(mask + 1).fill(-1);
      hashes = scratchInts(mask + 1);
      present = scratchBytes(mask + 1).fill(0);
    },
    add(hash, position) {
      const place = placeOf(hash);
      following[position] = heads[place] as number;
      heads[place] = position;
      hashes[place] = hash;
      const bit = spread(hash, bits + 3);
      present[bit >>> 3] = (present[bit >>> 3] as number) | (1 << (bit & 7));
    },
    sieve: () => ({ bits: bits + 3, marks: present }),
    find(hash) {
      const place = placeOf(hash);
      return heads[place] === -1 ? -1 : place;
    },
    firstFrom(place, low) {
      let position = heads[place] as number;
      while (position >= 0 && position < low) position = following[position] as number;
      // -2 and not -1: the slot must not look free, since probing for other hashes continues behind it.
      heads[place] = position < 0 ? -2 : position;
      return position;
    },
    next: (position) => following[position] as number,
  };
}
