import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { formulaNames } from '../../src/reward/formulas.ts';
import { growthFamilies, type GrowthTask } from './growth-families.ts';
import type { Growth } from './growth-worker.ts';

const patienceMs = 60_000;

/** Every family under every formula, in a thread that nothing else runs beside. */
export async function measureGrowth(onGrowth: (growth: Growth) => void): Promise<void> {
  const open = Object.keys(growthFamilies).flatMap((family) =>
    formulaNames.map((formula): GrowthTask => ({ family, formula })),
  );
  while (open.length > 0) {
    await measureUntilStuck(open, (growth) => {
      open.shift();
      onGrowth(growth);
    });
    const [stuck] = open.splice(0, 1);
    if (stuck !== undefined) onGrowth({ ...stuck, ms: [0, 0, Number.POSITIVE_INFINITY], isLinear: false });
  }
}

/** Ends when all are measured, or at the first one that hangs or kills the thread. */
function measureUntilStuck(tasks: readonly GrowthTask[], onGrowth: (growth: Growth) => void): Promise<void> {
  const worker = new Worker(path.join(import.meta.dirname, 'growth-worker.ts'), { workerData: tasks });
  const end = (): void => void worker.terminate();
  let patience = setTimeout(end, patienceMs);
  worker.on('message', (growth: Growth) => {
    clearTimeout(patience);
    patience = setTimeout(end, patienceMs);
    onGrowth(growth);
  });
  return new Promise((resolve) => {
    worker.once('error', () => null);
    worker.once('exit', () => {
      clearTimeout(patience);
      resolve();
    });
  });
}
