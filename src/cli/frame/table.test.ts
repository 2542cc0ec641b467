import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { printable, renderTable } from './table.ts';

test('columns stand under their titles, and nothing stands after the last cell', () => {
  const rows = [
    { name: 'a', size: 10, note: '' },
    { name: 'longer', size: null, note: 'x' },
  ];
  const columns = [
    { title: 'name', cell: (row: (typeof rows)[number]) => row.name },
    { title: 'size', cell: (row: (typeof rows)[number]) => row.size, colour: () => 'red' as const },
    { title: 'note', cell: (row: (typeof rows)[number]) => row.note },
  ];
  const text = renderTable(columns, rows, new PassThrough());
  expect(text).toBe('name    size  note\na       10\nlonger  -     x\n');
});

test('text of a repository cannot steer the terminal', () => {
  const hostile = '\u001b]0;owned\u0007a\u001b[31mb\u202ec\rd\te\nf';
  expect(printable(hostile)).toBe('abcd\te\nf');
});
