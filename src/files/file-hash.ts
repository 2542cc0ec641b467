import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** Size and SHA-256 in hexadecimal. */
export interface FileHash {
  readonly bytes: number;
  readonly sha256: string;
}

/** The bytes of a file of this host, in parts; the file is opened with the first part. */
export async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(file) as AsyncIterable<Buffer>;
}

export async function hashFile(file: string): Promise<FileHash> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const part of bytesOf(file)) {
    hash.update(part);
    bytes += part.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}
