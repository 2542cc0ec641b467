import { formatAnswer } from '../../src/answer/answer-form.ts';
import {
  answered,
  compared,
  diffed,
  edited,
  file,
  filled,
  inserted,
  lines,
  numbered,
  output,
  scattered,
  type MakeRow,
} from './growth-rows.ts';

export interface GrowthTask {
  readonly family: string;
  readonly formula: string;
}

/** Each edit searches the whole file, so time grows with the square until `edit-room.ts` ends it, after some 50 ms. */
export const slowStarters: ReadonlySet<string> = new Set(['edits that append to one file']);

/** Inputs on which a careless parser, matcher or expression is slower than linear. */
export const growthFamilies: Readonly<Record<string, MakeRow>> = {
  'tags repeated': (size) => output(filled('<think>', size)),
  'white space as thought': (size) => output(`<think>${filled(' \n', size)}</think><solution></solution>`),
  'no tag at all': (size) => output(filled('a\0\ud800', size)),
  'fences in one line': answered('```'),
  'fences in lines': answered('```\n'),
  'fences with paths': answered('```\n### a.py\n'),
  'openings without a divider': answered('```\n### a.py\n<<<<<<< SEARCH\nx\n'),
  'blocks without an end': answered('```\n### a.py\n<<<<<<< SEARCH\nx\n=======\ny\n'),
  'dividers without a block': answered('\n=======\n'),
  'half dividers': answered('\n======', '```\n### a.py\n<<<<<<< SEARCH\n'),
  'ends without a block': answered('\n>>>>>>> REPLACE\n```'),
  'one long path': (size) =>
    output(formatAnswer('t', [{ path: filled('x/', size), search: '', replace: 'x' }])),
  'paths with one long start': edited((size) => {
    const start = filled('x/', Math.sqrt(size) * 4);
    const files = Math.ceil(size / (start.length + 60));
    return Array.from({ length: files }, (_, at) => ({ path: `${start}${at}`, search: '', replace: 'x' }));
  }),
  'a new file in each edit': edited((size) =>
    numbered(size, (at) => ({ path: `${at}`, search: '', replace: 'x' })),
  ),
  'edits of one line': edited((size) =>
    numbered(size, (at) => ({ path: file, search: at % 2 ? 'x' : 'def', replace: at % 2 ? 'def' : 'x' })),
  ),
  'edits that append to one file': edited((size) =>
    numbered(size, (at) => ({
      path: file,
      search: at === 0 ? '    return x' : `    y${at}`,
      replace: `${at === 0 ? '    return x' : `    y${at}`}\n    y${at + 1}`,
    })),
  ),
  'edits that double a file': edited((size) =>
    numbered(size, () => ({ path: file, search: 'def', replace: 'def\ndef' })),
  ),
  'a search that nearly matches': edited((size) => [
    { path: 'new.py', search: '', replace: filled('a\n', size / 2) },
    { path: 'new.py', search: `${filled('a\n', size / 4)}b`, replace: 'x' },
  ]),
  'replacement patterns': edited((size) => [
    { path: file, search: 'def', replace: filled("$&$1$`$'", size) },
  ]),
  'many different lines': inserted((at) => `value_${scattered(at, 1_000_000)} = ${at}`),
  'equal lines': inserted((at) => (at % 50 === 0 ? `x = ${at}` : '    pass')),
  'a hundred lines again and again': inserted((at) => `line ${scattered(at, 100)}`),
  'one long line': (size) => inserted((at) => `f${scattered(at, 100)}(x);`.repeat(size / 10))(size),
  'a whole file rewritten': (size) => ({
    kind: 'search_replace',
    context: { [file]: `START\n${lines(size, (at) => `old ${scattered(at, 5000)}`)}\n` },
    oracle: { [file]: `${lines(size, (at) => `new ${scattered(at, 5000)}`)}\n` },
    output: formatAnswer('t', [
      { path: file, search: 'START', replace: lines(size, (at) => `own ${scattered(at, 5000)}`) },
    ]),
  }),
  'diff: binary line without an end': diffed('Binary files x', ' and x', '\n'),
  'diff: binary line with times': diffed('Binary files x', '\t1 ', 'differ\n'),
  'diff: files': diffed('', '--- a/b\n+++ b/b\n@@ -1 +1 @@\n-x\n+y\n'),
  'diff: preambles': diffed('', 'diff --git a/b b/b\n'),
  'diff: hunks of one file': diffed('', '@@ -1 +1 @@\n-x\n+y\n'),
  'diff: no newline marks': diffed('', '\\ No newline at end of file\n'),
  'diff: blank lines': diffed('', '\n'),
  'diff: names of blanks': diffed('diff --git ', ' b', '\n'),
  'diff: one long name': diffed('--- a/', 'x', '\n+++ b/y\n'),
  'diff: a hunk that never ends': diffed('@@ -1,999999999 +1,999999999 @@\n', ' x\n'),
  'diff: digits': diffed('@@ -', '0', ' +1 @@\n'),
  'diff: digits of a size': diffed('@@ -1,', '9', ' +1 @@\n-x\n'),
  'one symbol': compared(
    (size) => 'a'.repeat(size),
    (size) => 'a'.repeat(size * 0.9),
  ),
  'a symbol changed in the middle': compared(
    (size) => 'a'.repeat(size),
    (size) => `${'a'.repeat(size / 2)}b${'a'.repeat(size / 2)}`,
  ),
  'two symbols in turn': compared(
    (size) => filled('ab', size),
    (size) => filled('abb', size),
  ),
  'nothing in common': compared(
    (size) => filled('abc', size),
    (size) => filled('xyz', size),
  ),
};
