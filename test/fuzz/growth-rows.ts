import { formatAnswer } from '../../src/answer/answer-form.ts';
import type { Edit } from '../../src/answer/answer-form.ts';

/** A row of about `size` characters. */
export type MakeRow = (size: number) => object;

export const file = 'a.py';
const shortContext = { [file]: 'def f(x):\n    return x\n' };
const shortOracle = { [file]: 'def f(x: int):\n    return x\n' };

export function output(text: string): object {
  return { kind: 'search_replace', context: shortContext, oracle: shortOracle, output: text };
}

/** Repeats a part up to the size, inside the tags. */
export function answered(part: string, end = ''): MakeRow {
  return (size) => output(`<think>t</think><solution>${filled(part, size)}${end}</solution>`);
}

export function edited(make: (size: number) => readonly Edit[]): MakeRow {
  return (size) => output(formatAnswer('t', make(size)));
}

/** A new file and a change of the same file that is as large. */
export function inserted(line: (at: number) => string): MakeRow {
  return (size) => ({
    kind: 'search_replace',
    context: shortContext,
    oracle: { [file]: `${lines(size, (at) => line(at * 2))}\n` },
    output: formatAnswer('t', [{ path: file, search: 'def f(x):', replace: lines(size, line) }]),
  });
}

const shortDiff = '--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x\n+y\n';

/** A readable diff, then `start`, then a part repeated up to the size. */
export function diffed(start: string, part: string, end = ''): MakeRow {
  return (size) => ({
    kind: 'unidiff',
    oracle: [shortDiff],
    pred: [shortDiff + start + filled(part, size) + end],
  });
}

export function compared(a: (size: number) => string, b: (size: number) => string): MakeRow {
  return (size) => ({ kind: 'ratio', a: a(size), b: b(size) });
}

export function filled(part: string, size: number): string {
  return part.repeat(Math.ceil(size / part.length));
}

export function lines(size: number, line: (at: number) => string): string {
  const all: string[] = [];
  for (let at = 0, length = 0; length < size; at += 1, length += (all.at(-1)?.length ?? 0) + 1)
    all.push(line(at));
  return all.join('\n');
}

export function numbered(size: number, make: (at: number) => Edit): Edit[] {
  return Array.from({ length: Math.ceil(size / 80) }, (_, at) => make(at));
}

/** Pseudo-random, so that the lines are in no order. */
export function scattered(at: number, below: number): number {
  return (Math.imul(at, 0x9e3779b1) >>> 0) % below;
}
