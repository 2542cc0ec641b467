import { unifiedDiff } from '../../src/diff/unified-diff.ts';
import { cpuMsOf } from './cpu-time.ts';
import { lineFiles } from './line-files.ts';
import { preparePython, type Reference, startReference } from './python.ts';
import type { Report } from './report.ts';

interface Answer {
  readonly diff: readonly string[];
  readonly seconds: number;
}

const lines = 50_000;
const patienceMs = 45_000;

/** The unified diff of files of 50,000 lines; equal to CPython's wherever that is done in time. */
export async function measureLineDiffs(report: Report): Promise<void> {
  preparePython();
  report.line(`unified diff of ${lines} lines    ours ms  diff lines  CPython ms  differences`);
  for (const [name, make] of Object.entries(lineFiles)) {
    const { before, after } = make(lines);
    const ours = unifiedDiff(before, after);
    const ms = cpuMsOf(() => unifiedDiff(before, after));
    const theirs = await cpython(before, after);
    const differences = theirs === null ? null : Number(theirs.diff.join('\n') !== ours.join('\n'));
    report.line(row(name, ms, ours.length, theirs, differences));
    report.figure(`diff_${name}_ms`, ms);
    if (differences !== null) report.atMost(`diff_${name}_differences`, differences, 0);
  }
}

function row(
  name: string,
  ms: number,
  size: number,
  theirs: Answer | null,
  differences: number | null,
): string {
  const cells = [
    ms.toFixed(1).padStart(10),
    String(size).padStart(11),
    (theirs === null ? 'too slow' : (theirs.seconds * 1000).toFixed(0)).padStart(11),
    String(differences ?? '–').padStart(12),
  ];
  return `${name.padEnd(27)} ${cells.join(' ')}`;
}

/** Null where it takes too long. */
async function cpython(before: readonly string[], after: readonly string[]): Promise<Answer | null> {
  using reference = startReference<Answer>('diff_reference.py');
  return await inTime(reference, { a: before, b: after });
}

async function inTime(reference: Reference<Answer>, question: unknown): Promise<Answer | null> {
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), patienceMs).unref());
  const asked = reference.ask(question);
  asked.catch(() => null);
  return Promise.race([asked, late]);
}
