import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';
import { extract, type Headers } from 'tar-stream';
import { MendloopError } from '../../src/domain/errors.ts';

/** One file of a tree. `executable` is the only mode bit that git keeps. */
export interface TreeFile {
  readonly data: Buffer;
  readonly executable: boolean;
}

/** Path relative to the package's root, with `/`, to file. */
export type Tree = ReadonlyMap<string, TreeFile>;

interface Entry {
  readonly header: Headers;
  readonly data: Buffer;
}

/**
 * The regular files of a gzipped package tarball, without its one top folder and in the order of their paths.
 * Links and devices are left out, as npm does when it unpacks. Throws `input_invalid` on anything that is no tarball.
 */
export async function readTarball(gzipped: Buffer, label: string): Promise<Tree> {
  const files = (await readEntries(inflate(gzipped, label), label)).flatMap(
    ({ header: { name, type, mode = 0 }, data }): [string, TreeFile][] => {
      const path = packagePath(name, label);
      return type === 'file' ? [[path, { data, executable: (mode & 0o111) !== 0 }]] : [];
    },
  );
  if (files.length === 0) throw invalid(label, 'holds no file');
  return new Map(files.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function inflate(gzipped: Buffer, label: string): Buffer {
  try {
    return gunzipSync(gzipped, { maxOutputLength: 64 * 2 ** 20 });
  } catch (cause) {
    throw invalid(label, 'is no gzip file, or larger than 64 MiB', cause);
  }
}

async function readEntries(tar: Buffer, label: string): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  const archive = extract();
  archive.on('entry', (header, stream, next) => {
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.once('end', () => {
      entries.push({ header, data: Buffer.concat(parts) });
      next();
    });
  });
  try {
    await pipeline(Readable.from([tar]), archive);
  } catch (cause) {
    throw invalid(label, 'is cut off or has a damaged header', cause);
  }
  return entries;
}

function packagePath(name: string, label: string): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.some((part) => part === '..' || part.toLowerCase() === '.git'))
    throw invalid(label, 'has an unsafe path');
  return parts.slice(1).join('/');
}

function invalid(label: string, what: string, cause?: unknown): MendloopError {
  return new MendloopError('input_invalid', `The package file ${label} ${what}.`, { cause });
}
