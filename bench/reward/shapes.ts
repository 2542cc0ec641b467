import { fork } from 'node:child_process';
import path from 'node:path';
import { ratio } from '../../src/diff/similarity.ts';
import { inputShapes } from './inputs.ts';
import type { Piece } from './pieces.ts';
import { preparePython, startReference } from './python.ts';
import type { Report } from './report.ts';

const limitMs = 120_000;
const mostGrowth = 3;
const mostPeakMiB = 200;

/** Shown beside those that a growth is demanded of. */
const furtherShapes: ReadonlySet<string> = new Set(['random_code_points', 'two_symbols', 'growing_blocks']);

interface Timed {
  readonly halfMs: number;
  readonly wholeMs: number;
}

interface Peak {
  readonly idleMiB: number;
  readonly peakMiB: number;
}

interface Compared {
  readonly cydifflib: { readonly ratio: number };
}

/** Where cydifflib, which is CPython's algorithm, still ends within seconds. */
const comparedSize = 10_000;

/** Every shape against cydifflib. */
export async function compareShapes(report: Report, pieces: readonly Piece[]): Promise<void> {
  preparePython();
  using reference = startReference<Compared>('ratio_reference.py');
  const differing: string[] = [];
  for (const [shape, make] of Object.entries(inputShapes)) {
    const { predicted, oracle } = make(comparedSize, pieces);
    const { cydifflib } = await reference.ask({ a: predicted, b: oracle, fast: true });
    if (Math.abs(cydifflib.ratio - ratio(predicted, oracle)) > 1e-12) differing.push(shape);
  }
  report.line(`differences from cydifflib at ${comparedSize} characters: ${differing.join(', ') || 'none'}`);
  report.atMost('differences_shapes', differing.length, 0);
}

/** Time at 1 MB over time at 0.5 MB a side, and peak less idle memory at 1 MB, of each shape in a process of its own. */
export async function measureShapes(report: Report): Promise<void> {
  report.line('shape                  0.5 MB ms    1 MB ms  t(2n)/t(n)  peak − idle MiB');
  for (const shape of Object.keys(inputShapes)) {
    const timed = await inProcess<Timed>('growth', shape);
    const peak = await inProcess<Peak>('memory', shape);
    const growth = timed === null ? Number.POSITIVE_INFINITY : timed.wholeMs / timed.halfMs;
    report.line(row(shape, timed, growth, peak));
    report.figure(`ours_1MB_${shape}_ms`, timed?.wholeMs ?? Number.POSITIVE_INFINITY);
    const isDemanded = !furtherShapes.has(shape);
    report.atMost(`growth_${shape}`, growth, isDemanded ? mostGrowth : Number.POSITIVE_INFINITY);
    report.atMost(`peak_${shape}_MiB`, peak?.peakMiB ?? Number.POSITIVE_INFINITY, mostPeakMiB);
  }
}

function row(shape: string, timed: Timed | null, growth: number, peak: Peak | null): string {
  const cells = [timed?.halfMs, timed?.wholeMs].map((ms) => (ms?.toFixed(1) ?? '–').padStart(10));
  const ratio = (Number.isFinite(growth) ? growth.toFixed(2) : '–').padStart(11);
  return `${shape.padEnd(21)} ${cells.join(' ')} ${ratio} ${(peak?.peakMiB.toFixed(0) ?? '–').padStart(16)}`;
}

/** Null where it gives nothing within the limit. */
function inProcess<Answer>(mode: string, shape: string): Promise<Answer | null> {
  return new Promise((resolve) => {
    const child = fork(path.join(import.meta.dirname, 'one-shape.ts'), [mode, shape], {
      execArgv: ['--expose-gc'],
      timeout: limitMs,
      killSignal: 'SIGKILL',
    });
    child.once('message', (answer) => resolve(answer as Answer));
    child.once('exit', () => resolve(null));
  });
}
