import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { requirePython } from '../../src/python/find-python.ts';
import { trainerEnvironment } from '../../src/python/trainer-environment.ts';

/*
 * Python environments of the tests, kept in `.mendloop`: made by the first run that needs them, and shared by its tiers with the
 * demo. Each function throws where pip fails.
 */
const root = path.join(import.meta.dirname, '..', '..');
const trainer = path.join(root, 'trainer');
const kept = path.join(root, '.mendloop');
const ray = 'ray[default]==2.60.0';

/** The folder `bin` of Ray's environment. */
export const rayBin = path.join(kept, 'clusters', 'ray-venv', 'bin');

const execute = promisify(execFile);

async function makeVenv(folder: string, packages: readonly string[]): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.dirname(folder), { recursive: true });
  await execute(await requirePython(process.env), ['-m', 'venv', folder]);
  const install = ['-m', 'pip', 'install', '--disable-pip-version-check', '-qq', ...packages];
  await execute(path.join(folder, 'bin', 'python'), install);
}

/** Changes with the Python and with the lock file. */
async function fingerprint(lock: string): Promise<string> {
  const python = await requirePython(process.env);
  const { stdout } = await execute(python, ['-c', 'import sys; print(sys.version, sys.base_prefix)']);
  return createHash('sha256')
    .update(stdout)
    .update(await readFile(lock))
    .digest('hex');
}

/** Lint, types and tests of the trainer, without torch: about 100 MB. Returns the folder `bin`. */
export async function checksBin(): Promise<string> {
  const lock = path.join(trainer, 'requirements.lock');
  const folder = path.join(kept, 'trainer', 'venv');
  const marker = path.join(folder, 'made-of');
  const wanted = await fingerprint(lock);
  if ((await readFile(marker, 'utf8').catch(() => '')) !== wanted) {
    await makeVenv(folder, ['--only-binary', ':all:', '--require-hashes', '-r', lock]);
    await writeFile(marker, wanted);
  }
  return path.join(folder, 'bin');
}

/** Ray: about 400 MB. */
export async function makeRay(): Promise<void> {
  if (!existsSync(path.join(rayBin, 'ray'))) await makeVenv(path.dirname(rayBin), [ray]);
}

/**
 * The Python of an engine (1.5 GB), or null where it cannot be made: then its tests are skipped. With CI=true that is an error, so
 * that a run without them cannot be taken for a whole one.
 */
export async function enginePython(engine: 'trl' | 'verl'): Promise<string | null> {
  try {
    const { python } = await trainerEnvironment({
      folder: path.join(kept, 'trainer', 'environments'),
      trainer,
      lock: `requirements-${engine}.lock`,
      environment: process.env,
      onProgress: (message) => console.log(message),
    });
    return python;
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    console.log(`the environment of ${engine} cannot be made, and its tests are skipped: ${String(error)}`);
    return null;
  }
}
