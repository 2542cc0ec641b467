import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { renderTable, type TextColumn } from './table.ts';

export interface OutputStreams {
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

/** Answers go to standard output, everything else to standard error. */
export interface Output {
  readonly stdout: Writable;
  /** Resolves when the stream takes more. */
  write(text: string): Promise<void>;
  line(text: string): Promise<void>;
  /** One JSON document. */
  json(value: unknown): Promise<void>;
  table<Row>(columns: readonly TextColumn<Row>[], rows: readonly Row[]): Promise<void>;
  /** A line on standard error about what happens. */
  note(text: string): void;
  /** A note that is shown on a terminal only. */
  progress(text: string): void;
}

export async function writeTo(stream: Writable, text: string): Promise<void> {
  if (!stream.write(text)) await once(stream, 'drain');
}

export function createOutput({ stdout, stderr }: OutputStreams): Output {
  const write = (text: string): Promise<void> => writeTo(stdout, text);
  const line = (text: string): Promise<void> => write(`${text}\n`);
  const note = (text: string): void => {
    stderr.write(`${text}\n`);
  };
  return {
    stdout,
    write,
    line,
    note,
    json: (value) => line(JSON.stringify(value, null, 2)),
    table: (columns, rows) => write(renderTable(columns, rows, stdout)),
    progress: (text) => (stderr.isTTY === true ? note(text) : undefined),
  };
}
