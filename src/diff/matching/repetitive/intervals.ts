/** Partitions 0..count-1 into intervals; at first each index is an interval of its own. A union-find over neighbours. */
export interface Intervals {
  startOf(index: number): number;
  endOf(index: number): number;
  /** Joins the intervals on both sides of the border in front of `index`. */
  join(index: number): void;
}

export function createIntervals(count: number): Intervals {
  const parent = new Int32Array(count);
  for (let index = 0; index < count; index += 1) parent[index] = index;
  const ends = parent.slice();

  function startOf(index: number): number {
    let at = index;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] as number] as number;
      at = parent[at] as number;
    }
    return at;
  }

  return {
    startOf,
    endOf: (index) => ends[startOf(index)] as number,
    join(index) {
      const start = startOf(index - 1);
      ends[start] = ends[startOf(index)] as number;
      parent[startOf(index)] = start;
    },
  };
}
