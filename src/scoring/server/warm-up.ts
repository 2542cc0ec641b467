import { formatAnswer } from '../../answer/answer-form.ts';
import type { ScoringPool } from '../pool/scoring-pool.ts';
import type { AnswerTask } from '../task.ts';

/** Answers for each thread. Without a warm-up, the first step of a round takes twice as long as the next, compiling. */
const answersPerThread = 150;
/** Most milliseconds of the warm-up; on a busy machine it ends early. */
const patienceMs = 1000;
const lines = 120;

/**
 * Scores made-up answers of both kinds, so that the JavaScript engine compiles the scoring code before the first request.
 * Takes half a second to a second.
 */
export async function warmUp(pool: ScoringPool): Promise<void> {
  const tasks = Array.from({ length: answersPerThread * pool.threads }, (_, seed) => madeUpAnswer(seed + 1));
  await Promise.all(pool.run(tasks, { limitMs: null, signal: AbortSignal.timeout(patienceMs) }));
}

function madeUpAnswer(seed: number): AnswerTask {
  const before = madeUpLines(seed);
  const after = edited(before, seed, 7);
  const other = edited(before, seed, 5);
  const kind = seed % 2 === 0 ? 'unidiff' : 'search_replace';
  const isDiff = kind === 'unidiff';
  const oracle = isDiff
    ? { kind, oracle: [wholeDiff(before, after)] }
    : { kind, context: { file: before.join('\n') }, oracle: { file: after.join('\n') } };
  return {
    kind: 'answer',
    oracle: new TextEncoder().encode(JSON.stringify(oracle)),
    text: isDiff ? wholeDiff(before, other) : wholeAnswer(before, other),
  };
}

function madeUpLines(seed: number): string[] {
  return Array.from({ length: lines }, (_, at) => {
    const mixed = (Math.imul(seed * lines + at, 0x9e3779b1) >>> 0).toString(36);
    return `${'    '.repeat(at % 4)}${mixed.slice(0, 3)} = ${mixed.slice(2)}(${mixed.slice(1, 4)}, ${at % 10})`;
  });
}

/** Changes one line in `every`. */
function edited(before: readonly string[], seed: number, every: number): string[] {
  return before.map((line, at) => ((at + seed) % every === 0 ? `${line.slice(0, -6)}${at}, None)` : line));
}

function wholeDiff(before: readonly string[], after: readonly string[]): string {
  const body = [...before.map((line) => `-${line}`), ...after.map((line) => `+${line}`)];
  return `--- a/file\n+++ b/file\n@@ -1,${lines} +1,${lines} @@\n${body.join('\n')}\n`;
}

function wholeAnswer(before: readonly string[], after: readonly string[]): string {
  const edit = { path: 'file', search: before.join('\n'), replace: after.join('\n') };
  return formatAnswer('warm', [edit]);
}
