import { pick } from '../domain/random.test-support.ts';
import type { Random } from '../domain/random.ts';

const words = ['self', 'value', 'index', 'node', 'items', 'len', 'None', 'key', 'result', 'name'];
const statements = [
  (word: () => string) => `        ${word()} = ${word()}.${word()}(${word()})\n`,
  (word: () => string) => `    def ${word()}(self, ${word()}):\n`,
  (word: () => string) => `        if ${word()} is None:\n`,
  (word: () => string) => `            return ${word()}[${word()}]\n`,
  () => '\n',
];

/** Lines that look like code, each with its end. */
export function codeLines(random: Random, lines: number): string[] {
  const word = (): string => pick(random, words);
  return Array.from({ length: Math.ceil(lines) }, () => pick(random, statements)(word));
}
