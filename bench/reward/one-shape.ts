import { readFileSync, writeFileSync } from 'node:fs';
import { ratio } from '../../src/diff/similarity.ts';
import { cpuMsOf } from './cpu-time.ts';
import { inputShapes, type MakeInput } from './inputs.ts';
import { realPieces } from './pieces.ts';

// A process of its own for one shape: `growth SHAPE` times 0.5 and 1 MB a side, `memory SHAPE` takes the peak of 1 MB.
const full = 1_000_000;
const warmUpSize = 20_000;

const [mode, shape = ''] = process.argv.slice(2);
const make = inputShapes[shape] as MakeInput;
const pieces = shape === 'real_diffs' ? (await realPieces()).pieces : [];

function warmUp(): void {
  const { predicted, oracle } = make(warmUpSize, pieces);
  const until = performance.now() + 1000;
  for (let round = 0; round < 20 && performance.now() < until; round += 1) ratio(predicted, oracle);
}

function growth(): Record<string, number> {
  const half = make(full / 2, pieces);
  const whole = make(full, pieces);
  const halfMs = cpuMsOf(() => ratio(half.predicted, half.oracle));
  return { halfMs, wholeMs: cpuMsOf(() => ratio(whole.predicted, whole.oracle)) };
}

/** MiB above what the process used before. The inputs count as part of it, what it took to make them does not. */
function memory(): Record<string, number> {
  globalThis.gc?.();
  const idle = statusMiB('VmRSS');
  const { predicted, oracle } = make(full, pieces);
  globalThis.gc?.();
  forgetPeak();
  ratio(predicted, oracle);
  return { idleMiB: idle, peakMiB: statusMiB('VmHWM') - idle };
}

/** Linux starts VmHWM again at the memory in use. */
function forgetPeak(): void {
  writeFileSync('/proc/self/clear_refs', '5');
}

function statusMiB(field: string): number {
  const line = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'));
  return Number(line?.[1]) / 1024;
}

warmUp();
process.send?.(mode === 'growth' ? growth() : memory());
process.disconnect?.();
