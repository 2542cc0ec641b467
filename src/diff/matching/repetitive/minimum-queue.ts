/** A binary heap of numbers. */
export interface MinimumQueue {
  add(value: number): void;
  /** Removes the smallest number and returns it; -1 where the queue is empty. */
  take(): number;
}

export function minimumQueue(): MinimumQueue {
  const heap: number[] = [];

  function sink(value: number): void {
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number)) child += 1;
      if ((heap[child] as number) >= value) break;
      heap[at] = heap[child] as number;
      at = child;
    }
    heap[at] = value;
  }

  return {
    add(value) {
      let at = heap.length;
      for (let parent = (at - 1) >> 1; at > 0 && (heap[parent] as number) > value; parent = (at - 1) >> 1) {
        heap[at] = heap[parent] as number;
        at = parent;
      }
      heap[at] = value;
    },
    take() {
      const smallest = heap[0];
      const last = heap.pop();
      if (smallest === undefined || last === undefined) return -1;
      if (heap.length > 0) sink(last);
      return smallest;
    },
  };
}
