import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { MendloopError } from '../domain/errors.ts';
import { hashFile } from '../files/file-hash.ts';

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

/** The hash of a folder of this host, as docs/contracts/round.md#tree-hash has it. Throws `round_invalid`. */
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
