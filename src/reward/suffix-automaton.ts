import { createEdgeTable } from './edge-table.ts';

/** The substrings of a part of a sequence, to be walked with another sequence. State 0 is the empty substring. */
export interface SuffixAutomaton {
  /** Builds it anew for sequence[from, to). */
  build(sequence: Int32Array, from: number, to: number): void;
  /** The state after one more symbol, or -1. */
  step(state: number, symbol: number): number;
  /** The state of the longest proper suffix that is another state; -1 for state 0. */
  suffix(state: number): number;
  /** Symbols in the longest substring of the state. */
  length(state: number): number;
  /** Index in the sequence of the last symbol of the first occurrence of each substring of the state. */
  firstEnd(state: number): number;
}

/** Room for parts of at most `capacity` symbols, used again by every `build`: about 100 bytes a symbol. */
export function createSuffixAutomaton(capacity: number): SuffixAutomaton {
  const edges = createEdgeTable(2 * capacity + 1, 3 * capacity + 1);
  const length = new Int32Array(2 * capacity + 1);
  const suffix = new Int32Array(2 * capacity + 1);
  const firstEnd = new Int32Array(2 * capacity + 1);
  let states = 0;
  let last = 0;

  function addState(size: number, link: number, end: number): number {
    length[states] = size;
    suffix[states] = link;
    firstEnd[states] = end;
    states += 1;
    return states - 1;
  }

  function append(symbol: number, index: number): void {
    const whole = addState((length[last] as number) + 1, 0, index);
    let state = last;
    last = whole;
    while (state >= 0 && edges.find(state, symbol) < 0) {
      edges.add(state, symbol, whole);
      state = suffix[state] as number;
    }
    if (state >= 0) suffix[whole] = shared(state, symbol);
  }

  /** The state of exactly (longest of `state`) + symbol; splits it off when longer substrings share its state. */
  function shared(state: number, symbol: number): number {
    const target = edges.target(edges.find(state, symbol));
    const size = (length[state] as number) + 1;
    if (length[target] === size) return target;
    const split = addState(size, suffix[target] as number, firstEnd[target] as number);
    edges.copyEdges(target, split);
    suffix[target] = split;
    redirect(state, symbol, target, split);
    return split;
  }

  function redirect(from: number, symbol: number, target: number, split: number): void {
    for (let state = from; state >= 0; state = suffix[state] as number) {
      const edge = edges.find(state, symbol);
      if (edge < 0 || edges.target(edge) !== target) return;
      edges.redirect(edge, split);
    }
  }

  return {
    build(sequence, from, to) {
      states = 0;
      last = 0;
      edges.reset(2 * (to - from) + 1, 3 * (to - from) + 1);
      addState(0, -1, -1);
      for (let at = from; at < to; at += 1) append(sequence[at] as number, at);
    },
    step(state, symbol) {
      const edge = edges.find(state, symbol);
      return edge < 0 ? -1 : edges.target(edge);
    },
    suffix: (state) => suffix[state] as number,
    length: (state) => length[state] as number,
    firstEnd: (state) => firstEnd[state] as number,
  };
}
