import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { extract, pack } from 'tar-stream';
import { MendloopError } from '../domain/errors.ts';
import type { ContainerFile } from '../domain/ports/containers.ts';

/** The files as a tar archive. */
export async function packFiles(files: readonly ContainerFile[]): Promise<Uint8Array> {
  const archive = pack();
  const bytes = buffer(archive);
  for (const { path, content, isExecutable } of files) {
    archive.entry({ name: checkRelative(path), mode: isExecutable ? 0o755 : 0o644 }, Buffer.from(content));
  }
  archive.finalize();
  return await bytes;
}

/** The regular files of a tar archive; links, devices and folders are left out. */
export async function unpackFiles(archive: Uint8Array): Promise<readonly ContainerFile[]> {
  const files: ContainerFile[] = [];
  const entries = extract();
  entries.on('entry', ({ type, name, mode = 0 }, stream, next) => {
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.once('end', () => {
      const isExecutable = (mode & 0o100) !== 0;
      if (type === 'file') files.push({ path: name, content: Buffer.concat(parts), isExecutable });
      next();
    });
  });
  await pipeline(Readable.from([archive]), entries);
  return files.map((file) => ({ ...file, path: checkRelative(file.path) }));
}

/** Refuses absolute paths and `..`: a program in the container may have replaced its `tar`. Throws `docker_refused`. */
function checkRelative(path: string): string {
  const plain = path.replace(/^(?:\.\/)+/, '');
  if (plain !== '' && !plain.startsWith('/') && !plain.split('/').includes('..')) return plain;
  throw new MendloopError('docker_refused', 'a path of a copied file leaves the folder of the copy');
}
