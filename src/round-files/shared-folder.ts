import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MendloopError } from '../domain/errors.ts';
import type { RoundFiles } from '../domain/ports/round-files.ts';
import { treeSha256 } from './tree-hash.ts';

/** Events of some 20,000 steps with their samples. */
const defaultMaxBytes = 256 * 1024 * 1024;

/** A folder that this host and the machines of the cluster have mounted. */
export function sharedFolder(root: string): RoundFiles {
  const at = (relative: string): string => pathBelow(root, relative);
  return {
    read: async (file, maxBytes = defaultMaxBytes) =>
      readBytes(at(file), (size) => ({ position: 0, length: Math.min(size, maxBytes) })),
    async tail(file, bytes) {
      const range = (size: number): Range => ({
        position: Math.max(0, size - bytes),
        length: Math.min(size, bytes),
      });
      return (await readBytes(at(file), range)) ?? '';
    },
    has: async (name) => (await nullIfAbsent(stat(at(name)))) !== null,
    list: async (folder) => (await nullIfAbsent(readdir(at(folder)))) ?? [],
    async makeFolder(folder) {
      await writing(() => mkdir(at(folder), { recursive: true }));
    },
    putWhole: async (file, text) => writing(() => putWhole(at(file), text)),
    copyIn: async (file, content) => writing(() => copyIn(at(file), content)),
    move: async (from, to) => rename(at(from), at(to)),
    hashTree: async (folder) => treeSha256(at(folder)),
    remove: async (name) => rm(at(name), { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }),
  };
}

function pathBelow(root: string, relative: string): string {
  const whole = path.join(root, relative);
  const isInside = !path.isAbsolute(relative) && !path.relative(root, whole).split(path.sep).includes('..');
  if (isInside) return whole;
  throw new MendloopError('input_invalid', 'the path leads out of the folder');
}

/** Where a folder is mounted over a network, a file that was removed meanwhile is stale. */
async function nullIfAbsent<T>(action: Promise<T>): Promise<T | null> {
  try {
    return await action;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ESTALE') return null;
    throw error;
  }
}

interface Range {
  readonly position: number;
  readonly length: number;
}

async function readBytes(file: string, rangeOf: (size: number) => Range): Promise<string | null> {
  return nullIfAbsent(
    (async () => {
      await using handle = await open(file);
      const found = await handle.stat();
      if (!found.isFile()) return null;
      const { position, length } = rangeOf(found.size);
      const bytes = Buffer.alloc(length);
      const { bytesRead } = await handle.read(bytes, 0, length, position);
      return bytes.toString('utf8', 0, bytesRead);
    })(),
  );
}

async function writing<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOSPC' && code !== 'EDQUOT') throw cause;
    throw new MendloopError('storage_full', 'there is no room where the round directories lie', { cause });
  }
}

async function putWhole(file: string, text: string): Promise<void> {
  const unfinished = path.join(path.dirname(file), `.${randomUUID()}`);
  await mkdir(path.dirname(file), { recursive: true });
  try {
    await writeFile(unfinished, text);
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function copyIn(file: string, content: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  await mkdir(path.dirname(file), { recursive: true });
  await using handle = await open(file, 'wx');
  for await (const part of content) {
    hash.update(part);
    await handle.writeFile(part);
  }
  return hash.digest('hex');
}
