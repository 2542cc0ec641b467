import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A virtual environment with what the lock file names; `bin` holds its programs. */
export interface PythonEnvironment {
  readonly bin: string;
}

/** Makes the environment, or takes the one of an earlier run when Python and lock are the same. */
export function pythonEnvironment(python: string, lock: string, folder: string): PythonEnvironment {
  const marker = path.join(folder, 'made-of');
  const wanted = fingerprint(python, lock);
  const bin = path.join(folder, 'bin');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return { bin };
  rmSync(folder, { recursive: true, force: true });
  run(python, ['-m', 'venv', folder]);
  const wheels = ['--only-binary', ':all:', '--require-hashes', '--disable-pip-version-check', '-qq'];
  run(path.join(bin, 'python'), ['-m', 'pip', 'install', ...wheels, '-r', lock]);
  writeFileSync(marker, wanted);
  return { bin };
}

function fingerprint(python: string, lock: string): string {
  const { stdout } = spawnSync(python, ['-c', 'import sys; print(sys.version, sys.base_prefix)'], {
    encoding: 'utf8',
  });
  return createHash('sha256').update(stdout).update(readFileSync(lock)).digest('hex');
}

function run(program: string, args: readonly string[]): void {
  const { status } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`${path.basename(program)} ${args.slice(0, 3).join(' ')} failed`);
}
