import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { MendloopError } from '../../domain/errors.ts';
import { type Output, writeTo } from '../frame/output.ts';

export type WriteLine = (line: string) => Promise<void>;

function unwritable(cause: unknown): MendloopError {
  const full = (cause as { code?: unknown } | null)?.code === 'ENOSPC';
  return full
    ? new MendloopError('storage_full', 'the disk of --out is full', { cause })
    : new MendloopError('input_invalid', 'the file of --out cannot be written', { cause });
}

async function toFile(file: string, write: (line: WriteLine) => Promise<void>): Promise<void> {
  const partial = `${file}.${randomUUID().slice(0, 8)}.partial`;
  // The file may hold the code of a private repository.
  const stream = createWriteStream(partial, { mode: 0o600 });
  let failed: unknown = null;
  stream.on('error', (error) => {
    failed = error;
  });
  try {
    await write(async (line) => {
      if (failed !== null) throw unwritable(failed);
      await writeTo(stream, `${line}\n`);
    });
    stream.end();
    await finished(stream);
    await rename(partial, file);
  } catch (error) {
    stream.destroy();
    await rm(partial, { force: true });
    throw failed === null && !isFileError(error) ? error : unwritable(failed ?? error);
  }
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

/** Writes lines to a file, which appears whole or not at all, or to standard output where there is no file. */
export function writeLines(
  out: Output,
  file: string | null,
  write: (line: WriteLine) => Promise<void>,
): Promise<void> {
  return file === null ? write((line) => out.line(line)) : toFile(file, write);
}
