import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A package tarball made by the machine's tar, for tests. Paths that end in `*` are executable, without the `*`. */
export async function packSample(
  files: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): Promise<Buffer> {
  const dir = await mkdtemp(join(tmpdir(), 'sample-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      const path = join(dir, 'package', name.replace(/\*$/, ''));
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
      if (name.endsWith('*')) await chmod(path, 0o755);
    }
    await run('tar', ['-czf', 'sample.tgz', ...flags, 'package'], { cwd: dir });
    return await readFile(join(dir, 'sample.tgz'));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
