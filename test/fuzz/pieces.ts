import { pick } from '../../src/domain/random.test-support.ts';
import type { Random } from '../../src/domain/random.ts';

/** What the answer form is made of, whole and broken, and what breaks careless parsers. */
const tags = ['<think>', '</think>', '<solution>', '</solution>'];

const marks = [
  '<Think>',
  '<think',
  'think>',
  '```',
  '````',
  '``',
  '```python\n',
  '### a.py\n',
  '## a.py\n',
  '### \n',
  '<<<<<<< SEARCH\n',
  '<<<<<<< SEARCH \n',
  '\n=======\n',
  '=======',
  '\n>>>>>>> REPLACE\n```',
  '>>>>>>> REPLACE',
];

const texts = [
  '\n',
  '\r\n',
  '\r',
  ' ',
  '\t',
  '\0',
  '\ud83d',
  '\ude00',
  '\u{1F600}',
  '\u2028',
  '\u0085',
  '\ufeff',
  'e\u0301',
  '$&',
  '$1',
  '$$',
  '$`',
  '\\1',
  '%s',
  '__proto__',
  'constructor',
  '../',
  'a',
  '    return x',
  'def f(x):\n',
  '',
];

/** Any piece but a whole tag, of which a second one ends the reading of an answer. */
export function piece(random: Random): string {
  return random(2) === 0 ? pick(random, marks) : pick(random, texts);
}

export function pieceOrTag(random: Random): string {
  return random(8) === 0 ? pick(random, tags) : piece(random);
}

export function soup(random: Random, most: number, next = piece): string {
  return Array.from({ length: random(most + 1) }, () => next(random)).join('');
}

export const oddPaths: readonly string[] = [
  'a.py',
  'src/b.js',
  '__proto__',
  'constructor',
  'toString',
  '',
  ' ',
  '.',
  '../../etc/passwd',
  '/dev/null',
  'a\0b',
  'a.py ',
  './a.py',
  '\ud800',
  '\u{1F600}',
  'C:\\x',
  'a\tb',
  '### a.py',
  'x'.repeat(300),
];

const lines = [
  'def f(x):',
  '    return x',
  '',
  '}',
  'a',
  'x = 1',
  '\tif y:',
  '=======',
  '    pass',
  '$&',
  '# e\u0301',
];

export function fileText(random: Random, most: number): string {
  const text = Array.from({ length: random(most + 1) }, () => pick(random, lines)).join('\n');
  return random(3) === 0 ? text : `${text}\n`;
}

/** Spans dropped, doubled, moved or replaced by a piece. */
export function damaged(random: Random, text: string): string {
  let result = text;
  for (let count = random(4); count >= 0; count -= 1) {
    const at = random(result.length + 1);
    const end = Math.min(result.length, at + random(random(2) === 0 ? 4 : 60));
    const span = result.slice(at, end);
    const instead = pick(random, ['', span + span, pieceOrTag(random), span.toUpperCase(), `${span}\0`]);
    result = result.slice(0, at) + instead + result.slice(end);
  }
  return result;
}
