import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { MendloopError } from '../../domain/errors.ts';

/** The driver's manifest lies in the folder that it describes, and is no part of its hash. */
const manifestName = 'manifest.json';

async function plainFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const odd = entries.some((entry) => !entry.isFile() && !entry.isDirectory());
  // What a link leads to can change after it was hashed.
  if (odd)
    throw new MendloopError('round_invalid', 'the folder holds a link or something else that is no file');
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .filter((name) => name !== manifestName);
}

async function hashFile(file: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/**
 * The hash of a finished `out/` (docs/contracts/round.md#tree-hash): over `path NUL bytes NUL sha256 LF` of each file, sorted by the bytes
 * of its path. A folder that cannot be read is `round_invalid`.
 */
export async function treeSha256(folder: string): Promise<string> {
  try {
    const names = (await plainFiles(folder)).toSorted((a, b) =>
      Buffer.compare(Buffer.from(a), Buffer.from(b)),
    );
    const tree = createHash('sha256');
    for (const name of names) {
      const { bytes, sha256 } = await hashFile(path.join(folder, name));
      tree.update(`${name}\0${bytes}\0${sha256}\n`);
    }
    return tree.digest('hex');
  } catch (cause) {
    if (cause instanceof MendloopError) throw cause;
    throw new MendloopError('round_invalid', 'the folder of the checkpoint cannot be read', { cause });
  }
}
