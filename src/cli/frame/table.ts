import type { Writable } from 'node:stream';
import { stripVTControlCharacters, styleText } from 'node:util';

export interface TextColumn<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string | number | null;
  readonly colour?: (row: Row) => 'green' | 'yellow' | 'red' | null;
}

// oxlint-disable-next-line no-control-regex -- these are what must not reach a terminal
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Text of a repository without escape sequences and without characters that change the reading direction. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(controls, '');
}

function cellText(value: string | number | null): string {
  return value === null ? '-' : printable(String(value)).replace(/\s+/g, ' ').trim();
}

/** Colours the text if the stream is a terminal with colours and NO_COLOR is not set. */
export function coloured(
  text: string,
  colour: 'green' | 'yellow' | 'red' | 'bold' | null,
  stream: Writable,
): string {
  return colour === null ? text : styleText(colour, text, { stream, validateStream: true });
}

/** Rows under their titles, columns two blanks apart, without blanks at the end of a line. */
export function renderTable<Row>(
  columns: readonly TextColumn<Row>[],
  rows: readonly Row[],
  stream: Writable,
): string {
  const cells = rows.map((row) => columns.map((column) => cellText(column.cell(row))));
  const titles = columns.map((column) => column.title);
  const widths = titles.map((title, at) =>
    Math.max(title.length, ...cells.map((row) => row[at]?.length ?? 0)),
  );
  const lineOf = (
    texts: readonly string[],
    colour: (at: number) => Parameters<typeof coloured>[1],
  ): string => {
    const last = texts.findLastIndex((text) => text !== '');
    const padded = texts
      .slice(0, last + 1)
      .map((text, at) => (at === last ? text : text.padEnd(widths[at] ?? 0)));
    return padded.map((text, at) => coloured(text, colour(at), stream)).join('  ');
  };
  const body = rows.map((row, at) =>
    lineOf(cells[at] ?? [], (column) => columns[column]?.colour?.(row) ?? null),
  );
  return `${[lineOf(titles, () => 'bold'), ...body].join('\n')}\n`;
}
