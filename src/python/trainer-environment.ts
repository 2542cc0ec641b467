import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MendloopError } from '../domain/errors.ts';
import { requirePython } from './find-python.ts';

export interface TrainerEnvironmentOptions {
  /** Contains one environment for each version of the lock. */
  readonly folder: string;
  /** The folder with the lock. */
  readonly trainer: string;
  /** Name of the lock; default `requirements-trl.lock`. */
  readonly lock?: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly onProgress: (message: string) => void;
  readonly signal?: AbortSignal;
}

/** Installed first and alone: together with the rest, or in another release, torch installs gigabytes for GPUs. */
const torch = 'torch==2.13.0';
const trlLock = 'requirements-trl.lock';

/**
 * Creates the Python environment of rounds on this machine if needed: 1.5 GB and about 90 s the first time. Throws
 * `trainer_missing` without Python 3.11 or when pip fails, and `cancelled` after the signal.
 */
export async function trainerEnvironment(options: TrainerEnvironmentOptions): Promise<{ python: string }> {
  const base = await requirePython(options.environment);
  const lock = path.join(options.trainer, options.lock ?? trlLock);
  const folder = path.join(options.folder, await fingerprint(lock));
  const python = path.join(folder, 'bin', 'python');
  const marker = path.join(folder, 'complete');
  if (await exists(marker)) return { python };
  await rm(folder, { recursive: true, force: true });
  await mkdir(options.folder, { recursive: true });
  options.onProgress('making the Python environment of the trainer (once, about 1.5 GB)');
  await run(base, ['-m', 'venv', folder], options);
  const install = ['-m', 'pip', 'install', '--only-binary', ':all:', '--disable-pip-version-check', '-qq'];
  options.onProgress(`installing ${torch}`);
  await run(python, [...install, torch], options);
  options.onProgress(`installing ${path.basename(lock)}`);
  // The lock names every package but torch.
  const locked = ['--require-hashes', '--no-deps', '-r', lock];
  await run(python, [...install, ...locked], options);
  await writeFile(marker, '');
  return { python };
}

async function fingerprint(lock: string): Promise<string> {
  const hash = createHash('sha256').update(torch);
  return hash
    .update(await readFile(lock))
    .digest('hex')
    .slice(0, 16);
}

async function exists(file: string): Promise<boolean> {
  return readFile(file).then(
    () => true,
    () => false,
  );
}

async function run(
  program: string,
  args: readonly string[],
  { environment, signal }: TrainerEnvironmentOptions,
): Promise<void> {
  const child = spawn(program, args, {
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(signal === undefined ? {} : { signal }),
  });
  let errorTail = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errorTail = (errorTail + text).slice(-2000);
  });
  const status = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', (code) => resolve(code));
  });
  if (signal?.aborted) throw new MendloopError('cancelled', 'the trainer environment was not finished');
  if (status !== 0) {
    const step = args.slice(0, 3).join(' ');
    const last = errorTail.trim().split('\n').at(-1) ?? '';
    throw new MendloopError('trainer_missing', `${path.basename(program)} ${step} failed: ${last}`);
  }
}
