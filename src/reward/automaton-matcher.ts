import type { FindChain, Match, Region } from './match.ts';
import type { SequencePair } from './sequence-pair.ts';
import { createSuffixAutomaton } from './suffix-automaton.ts';
import type { SuffixAutomaton } from './suffix-automaton.ts';

/** Where in a the longest matches end, in order, and the state of each: equal states are equal texts. */
interface Ends {
  readonly size: number;
  readonly aEnds: readonly number[];
  readonly states: readonly number[];
}

/**
 * Finds the longest matches in time linear in the region: a suffix automaton of b, walked with a. The walk's order gives
 * the earliest in a, and a state's first end the earliest in b.
 */
export function automatonMatcher(pair: SequencePair): FindChain {
  const automaton = createSuffixAutomaton(pair.b.length);
  const nextEnd = new Int32Array(pair.b.length);
  return (region) => {
    automaton.build(pair.b, region.bLow, region.bHigh);
    const ends = longestEnds(pair.a, automaton, region);
    return ends.aEnds.length > 1
      ? chainOf(pair.b, automaton, ends, nextEnd, region)
      : firstOf(automaton, ends);
  };
}

function longestEnds(a: Int32Array, automaton: SuffixAutomaton, region: Region): Ends {
  let longest = 1;
  let aEnds: number[] = [];
  let states: number[] = [];
  let state = 0;
  let size = 0;
  for (let at = region.aLow; at < region.aHigh; at += 1) {
    let to = automaton.step(state, a[at] as number);
    while (to < 0 && state > 0) {
      state = automaton.suffix(state);
      size = automaton.length(state);
      to = automaton.step(state, a[at] as number);
    }
    if (to < 0) continue;
    state = to;
    size += 1;
    if (size < longest) continue;
    if (size > longest) {
      longest = size;
      aEnds = [];
      states = [];
    }
    aEnds.push(at);
    states.push(state);
  }
  return { size: longest, aEnds, states };
}

function firstOf(automaton: SuffixAutomaton, { size, aEnds, states }: Ends): Match[] {
  return aEnds.map((aEnd, index) => ({
    aStart: aEnd - size + 1,
    bStart: automaton.firstEnd(states[index] as number) - size + 1,
    size,
  }));
}

function chainOf(
  b: Int32Array,
  automaton: SuffixAutomaton,
  { size, aEnds, states }: Ends,
  nextEnd: Int32Array,
  region: Region,
): Match[] {
  const bEndOf = occurrences(b, automaton, { size, aEnds, states }, nextEnd, region);
  const chain: Match[] = [];
  let { aLow, bLow } = region;
  for (const [index, aEnd] of aEnds.entries()) {
    if (aEnd - size + 1 < aLow) continue;
    const state = states[index] as number;
    let bEnd = bEndOf.get(state) ?? -1;
    while (bEnd >= 0 && bEnd - size + 1 < bLow) bEnd = nextEnd[bEnd] as number;
    bEndOf.set(state, bEnd);
    if (bEnd < 0) continue;
    chain.push({ aStart: aEnd - size + 1, bStart: bEnd - size + 1, size });
    aLow = aEnd + 1;
    bLow = bEnd + 1;
  }
  return chain;
}

/** The first end in b of each state's text; `nextEnd` leads on to the later ones, in order, and ends with -1. */
function occurrences(
  b: Int32Array,
  automaton: SuffixAutomaton,
  { size, states }: Ends,
  nextEnd: Int32Array,
  region: Region,
): Map<number, number> {
  const first = new Map<number, number>();
  const last = new Map<number, number>(states.map((state) => [state, -1]));
  let state = 0;
  for (let at = region.bLow; at < region.bHigh; at += 1) {
    state = automaton.step(state, b[at] as number);
    // Only the last `size` symbols count: the state of the text that ends here and has that size.
    if (automaton.length(automaton.suffix(state)) >= size) state = automaton.suffix(state);
    const before = last.get(state);
    if (before === undefined) continue;
    if (before < 0) first.set(state, at);
    else nextEnd[before] = at;
    nextEnd[at] = -1;
    last.set(state, at);
  }
  return first;
}
