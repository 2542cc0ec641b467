import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Share, ShareResult } from './worker.ts';

/** No row takes a tenth of it; one that takes longer hangs. */
const patienceMs = 60_000;
const heapMiB = 1024;

/** All rows on as many threads as there are cores; the rows are the same for any number of threads. */
export async function runShares(seed: string, rows: number): Promise<ShareResult> {
  const threads = Math.max(1, os.availableParallelism());
  const progress = new Int32Array(new SharedArrayBuffer(4 * threads));
  const shares = Array.from({ length: threads }, (_, slot): Share => {
    return { seed, first: slot, step: threads, end: rows, progress, slot };
  });
  return sum(await Promise.all(shares.map(runThread)));
}

/** A thread that hangs, dies or runs out of memory leaves one fault: the row that it was at. */
function runThread(share: Share): Promise<ShareResult> {
  const worker = new Worker(path.join(import.meta.dirname, 'worker.ts'), {
    workerData: share,
    resourceLimits: { maxOldGenerationSizeMb: heapMiB },
  });
  return new Promise((resolve) => {
    const index = (): number => share.progress[share.slot] ?? 0;
    const fail = (what: string): void =>
      resolve({ families: {}, outcomes: {}, faults: [{ index: index(), family: '', formula: '', what }] });
    const watch = watchProgress(index, () => {
      fail(`no answer within ${patienceMs / 1000} s`);
      void worker.terminate();
    });
    worker.once('message', resolve);
    worker.once('error', (error) => fail(`the thread died: ${String(error)}`));
    worker.once('exit', () => {
      clearInterval(watch);
      fail('the thread ended');
    });
  });
}

function watchProgress(index: () => number, onStuck: () => void): NodeJS.Timeout {
  let last = index();
  let since = performance.now();
  return setInterval(() => {
    if (index() !== last) {
      last = index();
      since = performance.now();
    } else if (performance.now() - since > patienceMs) onStuck();
  }, 1000);
}

function sum(results: readonly ShareResult[]): ShareResult {
  const families: Record<string, number> = {};
  const outcomes: Record<string, number> = {};
  for (const result of results) {
    addAll(families, result.families);
    addAll(outcomes, result.outcomes);
  }
  return { families, outcomes, faults: results.flatMap(({ faults }) => faults) };
}

function addAll(into: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) into[name] = (into[name] ?? 0) + count;
}
