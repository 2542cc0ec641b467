import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

export function readPage(name: string): Promise<string> {
  return readFile(join(root, 'docs', name), 'utf8');
}

/** The cells of every table row whose first cell is one word in backquotes; that word stands without them. */
export function codedRows(page: string): string[][] {
  return page
    .split('\n')
    .filter((line) => /^\| `\w+` \|/.test(line))
    .map((line) => line.slice(1, -1).split('|'))
    .map(([first = '', ...rest]) => [first.trim().replaceAll('`', ''), ...rest.map((cell) => cell.trim())]);
}
