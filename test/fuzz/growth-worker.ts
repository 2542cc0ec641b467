import { parentPort, workerData } from 'node:worker_threads';
import { scoreRow } from '../../src/reward/rows.ts';
import { type GrowthTask, growthFamilies, slowStarters } from './growth-families.ts';

/** CPU time of one family under one formula at a size, twice and four times the size. */
export interface Growth extends GrowthTask {
  readonly ms: readonly [number, number, number];
  readonly isLinear: boolean;
}

const size = 40_000;
/** For families that reach a limit of ours only beyond the usual size. */
const largeSize = 320_000;
const leastBatchMs = 8;
/** Linear is 4, n log n nearly 5, quadratic 16. */
const mostGrowth = 8;
const tries = 4;
/** What is this fast at four times the size cannot be told from the clock. */
const fastMs = 1;

/** Measured again when it looks slower than linear: somebody else may have used the machine. */
function growthOf({ family, formula }: GrowthTask): Growth {
  const base = slowStarters.has(family) ? largeSize : size;
  const rows = [1, 2, 4].map((times) => growthFamilies[family]?.(base * times));
  for (let attempt = 1; ; attempt += 1) {
    const ms = rows.map((row) => cpuMs(() => scoreRow(row, formula))) as [number, number, number];
    const isLinear = ms[2] < fastMs || ms[2] / ms[0] <= mostGrowth;
    if (isLinear || attempt === tries) return { family, formula, ms, isLinear };
  }
}

/** The first batch warms up. */
function cpuMs(task: () => unknown): number {
  batchMs(task);
  return batchMs(task);
}

function batchMs(task: () => unknown): number {
  const before = process.cpuUsage();
  for (let calls = 1; ; calls += 1) {
    task();
    const { user, system } = process.cpuUsage(before);
    const ms = (user + system) / 1000;
    if (ms >= leastBatchMs) return ms / calls;
  }
}

for (const task of workerData as GrowthTask[]) parentPort?.postMessage(growthOf(task));
