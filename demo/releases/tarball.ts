import { gunzipSync } from 'node:zlib';
import { MendloopError } from '../../src/domain/errors.ts';

/** One file of a tree. `executable` is the only mode bit that git keeps. */
export interface TreeFile {
  readonly data: Buffer;
  readonly executable: boolean;
}

/** Path relative to the package's root, with `/`, to file. */
export type Tree = ReadonlyMap<string, TreeFile>;

const blockBytes = 512;

interface Header {
  readonly name: string;
  readonly size: number;
  readonly mode: number;
  readonly type: string;
}

/**
 * The regular files of a gzipped package tarball, without its one top folder and in the order of their paths.
 * Links and devices are left out, as npm does when it unpacks. Throws `input_invalid` on anything that is no tarball.
 */
export function readTarball(gzipped: Buffer, label: string): Tree {
  const tar = inflate(gzipped, label);
  const files: [string, TreeFile][] = [];
  let longName: string | null = null;
  for (let offset = 0; offset + blockBytes <= tar.length;) {
    const header = readHeader(tar.subarray(offset, offset + blockBytes), label);
    if (header === null) break;
    const data = tar.subarray(offset + blockBytes, offset + blockBytes + header.size);
    if (data.length < header.size) throw invalid(label, 'is cut off');
    if (header.type === 'x') longName = paxPath(data) ?? longName;
    else if (header.type === 'L') longName = cString(data);
    else if (header.type !== 'g') {
      const path = packagePath(longName ?? header.name, label);
      if (isRegular(header.type)) files.push([path, { data, executable: (header.mode & 0o111) !== 0 }]);
      longName = null;
    }
    offset += blockBytes * (1 + Math.ceil(header.size / blockBytes));
  }
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

function readHeader(block: Buffer, label: string): Header | null {
  if (block.every((byte) => byte === 0)) return null;
  const prefix = block.toString('latin1', 257, 262) === 'ustar' ? cString(block.subarray(345, 500)) : '';
  const name = cString(block.subarray(0, 100));
  const size = octal(block.subarray(124, 136));
  const mode = octal(block.subarray(100, 108));
  if (!Number.isSafeInteger(size) || !checksumHolds(block)) throw invalid(label, 'has a damaged header');
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    size,
    mode,
    type: String.fromCodePoint(block[156] ?? 0),
  };
}

function checksumHolds(block: Buffer): boolean {
  let sum = 0;
  for (const [index, byte] of block.entries()) sum += index >= 148 && index < 156 ? 0x20 : byte;
  return sum === octal(block.subarray(148, 156));
}

function isRegular(type: string): boolean {
  return type === '0' || type === '\0';
}

function packagePath(name: string, label: string): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.some((part) => part === '..' || part.toLowerCase() === '.git'))
    throw invalid(label, 'has an unsafe path');
  return parts.slice(1).join('/');
}

/** A pax record is `length key=value\n`, its length counting itself. */
function paxPath(data: Buffer): string | null {
  let path: string | null = null;
  for (let offset = 0; offset < data.length;) {
    const space = data.indexOf(0x20, offset);
    const length = Number(data.toString('latin1', offset, space));
    if (space === -1 || !(length > 0)) return path;
    const record = data.toString('utf8', space + 1, offset + length - 1);
    if (record.startsWith('path=')) path = record.slice('path='.length);
    offset += length;
  }
  return path;
}

function cString(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end === -1 ? bytes.length : end);
}

function octal(bytes: Buffer): number {
  return Number.parseInt(cString(bytes).trim() || '0', 8);
}

function invalid(label: string, what: string, cause?: unknown): MendloopError {
  return new MendloopError('input_invalid', `The package file ${label} ${what}.`, { cause });
}
