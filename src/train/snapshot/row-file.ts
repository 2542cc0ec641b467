import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { canonicalJson } from '../../domain/canonical-json.ts';
import { hashFile } from '../../files/file-hash.ts';

export interface RowFileSummary {
  readonly rows: number;
  /** Of the file on the disk. */
  readonly sha256: string;
  /** Of its lines, which no version of gzip changes. */
  readonly content_sha256: string;
}

/** Canonical JSON lines, gzip without a time: the same rows give the same bytes. Disposed, it is closed, finished or not. */
export class RowFile {
  readonly #file: string;
  readonly #gzip = createGzip({ level: 9 });
  readonly #content = createHash('sha256');
  readonly #written: Promise<void>;
  #rows = 0;

  constructor(folder: string, name: string) {
    this.#file = path.join(folder, name);
    this.#written = pipeline(this.#gzip, createWriteStream(this.#file));
    // A write that fails is told by the next `write`, or by `close`.
    this.#written.catch(() => undefined);
  }

  async write(row: object): Promise<void> {
    const line = `${canonicalJson(row)}\n`;
    this.#content.update(line);
    this.#rows += 1;
    // A full disk ends the pipeline, and then nothing drains any more.
    if (!this.#gzip.write(line)) await Promise.race([once(this.#gzip, 'drain'), this.#written]);
  }

  async close(): Promise<RowFileSummary> {
    this.#gzip.end();
    await this.#written;
    return {
      rows: this.#rows,
      sha256: (await hashFile(this.#file)).sha256,
      content_sha256: this.#content.digest('hex'),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#gzip.destroy();
    await this.#written.catch(() => undefined);
  }
}
