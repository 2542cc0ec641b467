import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { sampleEnvironment } from '../../src/git/sample-repository.test-support.ts';
import { dumpRows } from '../support/logical-dump.ts';
import type { RealProduct } from './product.ts';

export interface Found {
  /** Rows of the logical dump that hold the word, by table. */
  readonly dump: readonly string[];
  /** Files of the data folder and its log, with the word in them or in their names. */
  readonly database: readonly string[];
  /** Mirrors with the word in an object, a reference or any file. */
  readonly mirrors: readonly string[];
  /** Logs of server and worker, and whatever else is in the home. */
  readonly rest: readonly string[];
}

export const nothing: Found = { dump: [], database: [], mirrors: [], rest: [] };

async function searchDump({ connection }: RealProduct, word: string): Promise<string[]> {
  const found = new Set<string>();
  let carry = '';
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      const lines = (carry + chunk.toString('utf8')).split('\n');
      carry = lines.pop() ?? '';
      for (const line of lines) {
        if (line.includes(word)) found.add((JSON.parse(line) as { table: string }).table);
      }
      done();
    },
  });
  await dumpRows(connection.db, output);
  if (carry !== '') throw new Error('the dump ends in the middle of a line');
  return [...found].sort();
}

/** Null for a file that the server removed between the listing and the reading. */
async function contentOf(path: string): Promise<Buffer | null> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

/** Rows of snapshots and rounds are compressed. */
function readable(path: string, content: Buffer): Buffer {
  return path.endsWith('.gz') ? gunzipSync(content) : content;
}

async function searchFiles(home: string, word: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(home, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const content = entry.isFile() ? await contentOf(path) : null;
    const holds = content !== null && readable(path, content).includes(word);
    if (holds || entry.name.includes(word)) found.push(path.slice(home.length + 1));
  }
  return found.sort();
}

/** git's objects are compressed: git itself is asked for all of them. */
async function searchObjects(home: string, word: string): Promise<string[]> {
  const mirrors = join(home, 'mirrors');
  const names = await readdir(mirrors).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => name.endsWith('.git'))
    .filter((name) => {
      const args = [
        '--git-dir',
        join(mirrors, name),
        'cat-file',
        '--batch-all-objects',
        '--batch',
        '--buffer',
      ];
      // It warns that contents may be missing: those of a partial clone that nobody read.
      const options = { env: sampleEnvironment, maxBuffer: 1024 ** 3, stdio: 'pipe' } as const;
      return execFileSync('git', args, options).includes(word);
    })
    .map((name) => `mirrors/${name}`);
}

function isDatabase(path: string): boolean {
  return path.startsWith('postgres');
}

/** Every place in which the product could keep the word. */
export async function searchFor(product: RealProduct, word: string): Promise<Found> {
  const files = await searchFiles(product.home, word);
  const inMirrors = files.filter((path) => path.startsWith('mirrors'));
  return {
    dump: await searchDump(product, word),
    database: files.filter(isDatabase),
    mirrors: [...(await searchObjects(product.home, word)), ...inMirrors],
    rest: files.filter((path) => !isDatabase(path) && !path.startsWith('mirrors')),
  };
}

/** The files alone: also once nothing runs any more. */
export function searchHome(home: string, word: string): Promise<string[]> {
  return searchFiles(home, word);
}
