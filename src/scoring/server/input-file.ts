import type { Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { isMendloopError, MendloopError } from '../../domain/errors.ts';
import { isBlank, splitLines, wholeLines } from '../lines.ts';

/** A line with its number, from 1. `bytes` owns its memory. */
export interface InputLine {
  readonly number: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Reads the lines of a file, plain or gzip by its first bytes; `hash` receives the file's own bytes. Throws `input_invalid`. */
export async function* readLines(file: string, flag: string, hash?: Hash): AsyncGenerator<InputLine> {
  let number = 0;
  try {
    for await (const block of wholeLines(await contentOf(file, hash))) {
      for (const line of splitLines(block)) {
        number += 1;
        if (!isBlank(line)) yield { number, bytes: new Uint8Array(line) };
      }
    }
  } catch (cause) {
    if (isMendloopError(cause)) throw cause;
    throw new MendloopError('input_invalid', `the file of --${flag} cannot be read`, { cause });
  }
}

/** Parses the JSON object of a line. Throws `input_invalid`, which names the line by its number only. */
export function objectOf({ number, bytes }: InputLine, flag: string): object {
  const value = parse(bytes);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new MendloopError('input_invalid', `--${flag}, line ${number}: not a JSON object in UTF-8`);
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    // The parser's own message quotes the line.
    return undefined;
  }
}

async function contentOf(file: string, hash: Hash | undefined): Promise<AsyncIterable<Uint8Array>> {
  const raw = hashing(createReadStream(file), hash);
  if (!(await isGzip(file))) return raw;
  // A failure of either stream reaches the reader of the last one.
  return pipeline(Readable.from(raw), createGunzip(), () => undefined);
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.readUInt16BE(0) === 0x1f8b;
  } finally {
    await handle.close();
  }
}

async function* hashing(
  chunks: AsyncIterable<Uint8Array>,
  hash: Hash | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    hash?.update(chunk);
    yield chunk;
  }
}
