import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { treeSha256 } from '../../src/round-files/tree-hash.ts';
import { packageFolder } from '../cli/mendloop.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), `mendloop-test-${process.pid}-tree-`));
  await mkdir(path.join(folder, 'adapter', 'é'), { recursive: true });
  await writeFile(path.join(folder, 'adapter', 'adapter_model.safetensors'), Buffer.alloc(300_000, 7));
  await writeFile(path.join(folder, 'adapter', 'é', '\u{1F600}'), 'two planes');
  await writeFile(path.join(folder, 'adapter', 'é', '\uFFFD'), 'sorted by bytes, not by UTF-16');
  await writeFile(path.join(folder, 'README.md'), '');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** The driver's own hash of the folder, by the Python that is there. */
function driverHash(): string {
  const code =
    'import sys; from pathlib import Path; from mendloop_trainer.hashing import hashed_files, tree_sha256; ' +
    'print(tree_sha256(hashed_files(Path(sys.argv[1]), ("manifest.json",))))';
  const env = {
    ...process.env,
    PYTHONPATH: path.join(packageFolder, 'trainer'),
    PYTHONDONTWRITEBYTECODE: '1',
  };
  return execFileSync('python3', ['-c', code, folder], { encoding: 'utf8', env }).trim();
}

test.skipIf(!hasPython)("it is the driver's hash to the byte (python3 needed)", async () => {
  expect(await treeSha256(folder)).toBe(driverHash());
});

test('the manifest is no part of it', async () => {
  const hash = await treeSha256(folder);
  await writeFile(path.join(folder, 'manifest.json'), '{}\n');
  expect(await treeSha256(folder)).toBe(hash);
});

test('one byte, one name or one file more is another hash', async () => {
  const hash = await treeSha256(folder);
  await writeFile(path.join(folder, 'README.md'), 'x');
  const changed = await treeSha256(folder);
  await writeFile(path.join(folder, 'README.md'), '');
  await writeFile(path.join(folder, 'added'), '');
  const added = await treeSha256(folder);
  expect(new Set([hash, changed, added]).size).toBe(3);
});

test('a link, and a folder that is gone, are invalid', async () => {
  await symlink('/etc/hostname', path.join(folder, 'link'));
  await expect(treeSha256(folder)).rejects.toMatchObject({ code: 'round_invalid' });
  await expect(treeSha256(path.join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'round_invalid' });
});
