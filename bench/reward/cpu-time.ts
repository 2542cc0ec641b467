/** A batch shorter than this would measure the clock. */
const leastBatchMs = 5;
/** Short tasks are repeated for this long in all. */
const enoughMs = 150;
const batches = 5;
/** Long tasks vary little, and the machine is wanted for others. */
const longMs = 300;

/** CPU time of one call in ms, collector and compiler included: the median of some batches, of two the faster. */
export function cpuMsOf(task: () => unknown): number {
  const once = batchMs(task, 1);
  if (once > longMs) return Math.min(once, batchMs(task, 1));
  if (once * 3 > enoughMs) return median([once, batchMs(task, 1), batchMs(task, 1)]);
  const calls = Math.max(1, Math.ceil((2 * leastBatchMs) / Math.max(once, 0.001)));
  batchMs(task, calls);
  return median(Array.from({ length: batches }, () => batchMs(task, calls)));
}

/** CPU time in ms of one of `calls` calls in a row, on average. */
export function batchMs(task: () => unknown, calls: number): number {
  const before = process.cpuUsage();
  for (let call = 0; call < calls; call += 1) task();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / calls;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}
