import { spread } from './rolling-hash.ts';
import { scratchBytes, scratchInts } from './scratch.ts';

/** Positions of a sequence by the hash of the stretch that starts there; those of one hash in order. */
export interface GramIndex {
  /** Forgets everything and makes room for `count` positions. */
  reset(count: number): void;
  /** Positions must come from the last to the first. */
  add(hash: number, position: number): void;
  /** What tells at a glance that most hashes are not there; good until the next `reset`. */
  sieve(): Sieve;
  /** The place of a hash, or -1. */
  find(hash: number): number;
  /** The first position at a place that is not before `low`, or -1. Earlier ones are forgotten: `low` never falls. */
  firstFrom(place: number, low: number): number;
  /** The next position of the same hash, or -1. */
  next(position: number): number;
}

/** A bit for each hash of `bits` bits: no position with it is there unless the bit is set. */
export interface Sieve {
  readonly bits: number;
  readonly marks: Uint8Array;
}

export function passes({ bits, marks }: Sieve, hash: number): boolean {
  const bit = spread(hash, bits);
  return ((marks[bit >>> 3] as number) & (1 << (bit & 7))) !== 0;
}

/** For positions below `length`: 4 bytes each, and 16 to 32 bytes for each position that `reset` makes room for. */
export function createGramIndex(length: number): GramIndex {
  const following = scratchInts(length);
  let bits = 1;
  let mask = 0;
  let hashes = scratchInts(0);
  let heads = scratchInts(0);
  /** For each place a bit for each next three bits of the hash: most that is not there is not there at this first look. */
  let present = scratchBytes(0);

  /** The place that holds the hash, or the free place where it belongs. */
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
      // A place never becomes free again: probing for other hashes goes on behind it.
      heads[place] = position < 0 ? -2 : position;
      return position;
    },
    next: (position) => following[position] as number,
  };
}
