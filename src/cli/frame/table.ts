import type { Writable } from 'node:stream';
import { stripVTControlCharacters, styleText } from 'node:util';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string | number | null;
  readonly colour?: (row: Row) => 'green' | 'yellow' | 'red' | null;
}

// oxlint-disable-next-line no-control-regex -- these are what must not reach a terminal
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Text of a repository as a terminal may get it: no escape sequence, nothing that turns the reading direction. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(controls, '');
}

function cellText(value: string | number | null): string {
  return value === null ? '-' : printable(String(value)).replace(/\s+/g, ' ').trim();
}

/** Colours only where the stream is a terminal that wants them; NO_COLOR is honoured. */
export function coloured(
  text: string,
  colour: 'green' | 'yellow' | 'red' | 'bold' | null,
  stream: Writable,
): string {
  return colour === null ? text : styleText(colour, text, { stream, validateStream: true });
}

/** Rows under their titles, two blanks apart; the last column is not padded. */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  stream: Writable,
): string {
  const cells = rows.map((row) => columns.map((column) => cellText(column.cell(row))));
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...cells.map((row) => row[index]?.length ?? 0)),
  );
  const pad = (text: string, index: number): string =>
    index === columns.length - 1 ? text : text.padEnd(widths[index] ?? 0);
  const head = columns.map((column, index) => coloured(pad(column.title, index), 'bold', stream)).join('  ');
  const body = rows.map((row, at) =>
    columns
      .map(({ colour }, index) =>
        coloured(pad(cells[at]?.[index] ?? '', index), colour?.(row) ?? null, stream),
      )
      .join('  '),
  );
  return `${[head, ...body].join('\n')}\n`;
}
