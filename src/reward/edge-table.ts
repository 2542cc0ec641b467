/** Labelled edges of a growing graph: at most one edge for a (state, symbol). Edges are numbered from 0; -1 is none. */
export interface EdgeTable {
  /** Forgets all edges and makes room for `states` states and `edges` edges. */
  reset(states: number, edges: number): void;
  find(state: number, symbol: number): number;
  /** The edge must not exist yet. */
  add(state: number, symbol: number, target: number): void;
  target(edge: number): number;
  redirect(edge: number, target: number): void;
  /** Gives `to`, which has no edge yet, the edges of `from`. */
  copyEdges(from: number, to: number): void;
}

interface Room {
  readonly head: Int32Array;
  readonly state: Int32Array;
  readonly symbol: Int32Array;
  readonly goal: Int32Array;
  readonly sibling: Int32Array;
  readonly slots: Int32Array;
}

/** Open addressing at a load of at most a half; the edges of one state are chained too, so that they can be copied. */
export function createEdgeTable(maxStates: number, maxEdges: number): EdgeTable {
  const room = allocate(maxStates, maxEdges);
  const { head, state, symbol, goal, sibling, slots } = room;
  let count = 0;
  let mask = 0;

  /** The slot that holds the edge, or the free slot where it belongs. */
  function slotOf(from: number, label: number): number {
    let slot = hash(from, label) & mask;
    for (let edge = slots[slot] as number; edge >= 0; edge = slots[slot] as number) {
      if (state[edge] === from && symbol[edge] === label) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  function add(from: number, label: number, target: number): void {
    slots[slotOf(from, label)] = count;
    state[count] = from;
    symbol[count] = label;
    goal[count] = target;
    sibling[count] = head[from] as number;
    head[from] = count;
    count += 1;
  }

  return {
    reset(states, edges) {
      count = 0;
      mask = slotCount(edges) - 1;
      slots.fill(-1, 0, mask + 1);
      head.fill(-1, 0, states);
    },
    find: (from, label) => slots[slotOf(from, label)] as number,
    add,
    target: (edge) => goal[edge] as number,
    redirect(edge, target) {
      goal[edge] = target;
    },
    copyEdges(from, to) {
      for (let edge = head[from] as number; edge >= 0; edge = sibling[edge] as number) {
        add(to, symbol[edge] as number, goal[edge] as number);
      }
    },
  };
}

function allocate(states: number, edges: number): Room {
  return {
    head: new Int32Array(states),
    state: new Int32Array(edges),
    symbol: new Int32Array(edges),
    goal: new Int32Array(edges),
    sibling: new Int32Array(edges),
    slots: new Int32Array(slotCount(edges)),
  };
}

function slotCount(edges: number): number {
  return 2 ** Math.ceil(Math.log2(2 * edges));
}

function hash(state: number, symbol: number): number {
  const mixed = Math.imul(state, 0x9e3779b1) ^ Math.imul(symbol, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
