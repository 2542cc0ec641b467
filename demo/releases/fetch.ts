import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MendloopError } from '../../src/domain/errors.ts';
import { readTarball, type Tree } from './tarball.ts';

const run = promisify(execFile);
const limitMs = 180_000;
/** Three more tries within some 20 s: npm's own pauses would make an unreachable network known after minutes. */
const retries = ['--fetch-retries=3', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=10000'];
const packFlags = ['--loglevel=error', '--ignore-scripts', '--prefer-offline', ...retries];

interface FetchTask {
  /** Tarballs stay here, so that a second run, or one after a failure, fetches only what is missing. */
  readonly cache: string;
  readonly name: string;
  readonly versions: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * The trees of releases by version, fetched with the npm client as it is configured; nothing is installed or run.
 * Throws `not_configured` without npm, `registry_unreachable` where npm could not fetch, `input_invalid` on a damaged file.
 */
export async function fetchReleases(task: FetchTask): Promise<Map<string, Tree>> {
  await mkdir(task.cache, { recursive: true });
  const missing: string[] = [];
  for (const version of task.versions) if (!(await exists(tarballPath(task, version)))) missing.push(version);
  if (missing.length > 0) await pack(task, missing);
  const trees = new Map<string, Tree>();
  for (const version of task.versions) trees.set(version, await readRelease(task, version));
  return trees;
}

/** npm writes into a folder of its own and each file is renamed into place, so the cache holds whole files only. */
async function pack(task: FetchTask, versions: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(task.cache, 'npm-'));
  try {
    const specs = versions.map((version) => `${task.name}@${version}`);
    await npm(['pack', ...packFlags, '--pack-destination', folder, ...specs], task);
    for (const version of versions)
      await rename(join(folder, fileName(task.name, version)), tarballPath(task, version));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function npm(args: readonly string[], { cache, name, signal }: FetchTask): Promise<void> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  try {
    await run('npm', args, { cwd: cache, signal: bounded });
  } catch (cause) {
    if (signal.aborted) throw new MendloopError('cancelled', `Fetching ${name} was stopped.`, { cause });
    if (isMissingProgram(cause))
      throw new MendloopError('not_configured', 'npm is not on the PATH.', { cause });
    const code = bounded.aborted ? `no answer within ${limitMs / 1000} s` : npmErrorCode(cause);
    throw new MendloopError('registry_unreachable', `npm could not fetch releases of ${name}: ${code}.`, {
      cause,
    });
  }
}

/** A damaged file leaves the cache, so that the next run fetches it again. */
async function readRelease(task: FetchTask, version: string): Promise<Tree> {
  const path = tarballPath(task, version);
  try {
    return await readTarball(await readFile(path), fileName(task.name, version));
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

function tarballPath({ cache, name }: FetchTask, version: string): string {
  return join(cache, fileName(name, version));
}

/** npm's own naming: `@scope/name` → `scope-name-1.0.0.tgz`. */
function fileName(name: string, version: string): string {
  return `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function isMissingProgram(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function npmErrorCode(error: unknown): string {
  const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
  return /npm (?:error|ERR!) code (\w+)/.exec(output)?.[1] ?? 'unknown error';
}
