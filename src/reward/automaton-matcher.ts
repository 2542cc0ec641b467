import type { FindLongest, Match, Region } from './match.ts';
import type { SequencePair } from './sequence-pair.ts';
import { createSuffixAutomaton } from './suffix-automaton.ts';
import type { SuffixAutomaton } from './suffix-automaton.ts';

/**
 * Finds the longest match in time linear in the region: a suffix automaton of the shorter side, walked with the longer.
 * A state's first end is the earliest place of its substrings, which settles ties on the automaton's side; the walk's
 * own order settles them on the other.
 */
export function automatonMatcher(pair: SequencePair): FindLongest {
  const automaton = createSuffixAutomaton(Math.min(pair.a.length, pair.b.length));
  return (region) =>
    region.bHigh - region.bLow <= region.aHigh - region.aLow
      ? walkWithA(pair, automaton, region)
      : walkWithB(pair, automaton, region);
}

function walkWithA({ a, b }: SequencePair, automaton: SuffixAutomaton, region: Region): Match {
  automaton.build(b, region.bLow, region.bHigh);
  let best: Match = { aStart: region.aLow, bStart: region.bLow, size: 0 };
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
    if (size > best.size)
      best = { aStart: at - size + 1, bStart: automaton.firstEnd(state) - size + 1, size };
  }
  return best;
}

function walkWithB({ a, b }: SequencePair, automaton: SuffixAutomaton, region: Region): Match {
  automaton.build(a, region.aLow, region.aHigh);
  let best: Match = { aStart: region.aLow, bStart: region.bLow, size: 0 };
  let state = 0;
  let size = 0;
  for (let at = region.bLow; at < region.bHigh; at += 1) {
    let to = automaton.step(state, b[at] as number);
    while (to < 0 && state > 0) {
      state = automaton.suffix(state);
      size = automaton.length(state);
      to = automaton.step(state, b[at] as number);
    }
    if (to < 0) continue;
    state = to;
    size += 1;
    const aStart = automaton.firstEnd(state) - size + 1;
    const wins = size > best.size || (size === best.size && aStart < best.aStart);
    if (wins) best = { aStart, bStart: at - size + 1, size };
  }
  return best;
}
