import { createHash } from 'node:crypto';
import { MendloopError } from '../../domain/errors.ts';
import { refusalOf } from '../answer-row.ts';
import { objectOf, readLines } from './input-file.ts';
import type { InputLine } from './input-file.ts';

/** The rows of the oracles' file by id, kept as UTF-8 JSON: 10,000 rows of 30 kB take 300 MB, and more if parsed. */
export interface Oracles {
  readonly rows: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  /** SHA-256 of the file's bytes on the disk, in hex. */
  readonly sha256: string;
}

/**
 * Reads the oracles' file (docs/contracts/reward.md#oracles-file): JSON lines, plain or gzip, of the form that `readAnswerRow` names.
 * A file that is missing or broken, a row of another form and an id that comes twice are `input_invalid`.
 */
export async function loadOracles(file: string): Promise<Oracles> {
  const hash = createHash('sha256');
  const rows = new Map<string, Uint8Array<ArrayBuffer>>();
  for await (const line of readLines(file, 'oracles', hash)) {
    const id = checkedId(line);
    if (rows.has(id)) throw refused(line, 'its id came before');
    rows.set(id, line.bytes);
  }
  if (rows.size === 0) throw new MendloopError('input_invalid', 'the file of --oracles has no row');
  return { rows, sha256: hash.digest('hex') };
}

function checkedId(line: InputLine): string {
  const row = objectOf(line, 'oracles');
  const refusal = refusalOf(row);
  if (refusal !== null) throw refused(line, refusal);
  const { id } = row as { id?: unknown };
  if (typeof id !== 'string' || id === '') throw refused(line, 'id: not a text');
  return id;
}

function refused({ number }: InputLine, why: string): MendloopError {
  return new MendloopError('input_invalid', `--oracles, line ${number}: ${why}`);
}
