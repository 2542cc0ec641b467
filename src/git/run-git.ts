import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { MendloopError } from '../domain/errors.ts';
import type { GitEnvironment } from './environment.ts';
import { failureOf, isDiskFull } from './failure.ts';

export interface GitContext {
  /** Name or path of the git program. */
  readonly executable: string;
  /** The git directory (a bare repository, or a `.git`). */
  readonly directory: string;
  readonly environment: GitEnvironment;
  readonly signal: AbortSignal | undefined;
}

export interface GitCall {
  readonly input?: string;
  /** Added to the context's environment. */
  readonly environment?: GitEnvironment;
  /** More output than this ends the call with `overflow`; default 1 GiB. */
  readonly maximumBytes?: number;
  /** Exit statuses that are answers; default only 0. */
  readonly accepted?: readonly number[];
}

export interface GitResult {
  readonly output: Buffer;
  readonly exitCode: number;
  /** The output was cut at `maximumBytes`, and git was ended. */
  readonly overflow: boolean;
}

/** Thrown inside `src/git` only, where the caller tries again. */
export class GitLocked extends Error {
  override readonly name = 'GitLocked';
}

const largestOutputBytes = 1024 ** 3;
const keptErrorBytes = 64 * 1024;

/**
 * Runs one git without a shell. Throws `git_unreachable`, `git_object_missing`, `git_failed`, `storage_full` or
 * `cancelled`; the message names the subcommand, never what git wrote.
 */
export async function runGit(
  context: GitContext,
  args: readonly string[],
  call: GitCall = {},
): Promise<GitResult> {
  const command = args.find((argument) => /^[a-z]+(-[a-z]+)*$/.test(argument)) ?? '';
  if (isCancelled(context)) throw cancelled(command);
  const child = start(context, args, call);
  const stop = (): void => end(child);
  context.signal?.addEventListener('abort', stop, { once: true });
  try {
    const result = await collect(child, call);
    if (isCancelled(context)) throw cancelled(command);
    if (result.overflow || (call.accepted ?? [0]).includes(result.exitCode)) return result;
    throw await failureError(context, command, result);
  } catch (error) {
    if (isNodeError(error))
      throw new MendloopError('git_failed', `git ${command} could not be started`, { cause: error });
    throw error;
  } finally {
    context.signal?.removeEventListener('abort', stop);
  }
}

/** The version of the git program, such as `2.39.5`. Throws `git_failed` when git cannot be started. */
export async function gitVersion(environment: GitEnvironment, executable = 'git'): Promise<string> {
  const context = { executable, directory: tmpdir(), environment, signal: undefined };
  const { output } = await runGit(context, ['version']);
  return output
    .toString('utf8')
    .replace(/^git version /, '')
    .trim();
}

function start(context: GitContext, args: readonly string[], call: GitCall): ChildProcessWithoutNullStreams {
  return spawn(context.executable, args, {
    // In the git directory, git finds no file of a work tree (attributes, settings).
    cwd: context.directory,
    // This HOME has no .netrc, which curl would read.
    env: { ...context.environment, HOME: context.directory, GIT_DIR: context.directory, ...call.environment },
    // In a process group of its own: cancelling a fetch also ends the transport that git started.
    detached: true,
    stdio: 'pipe',
  });
}

function end(child: ChildProcessWithoutNullStreams): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGTERM');
  } catch (error) {
    // ESRCH: the process ended between the check and the signal.
    if (!isNodeError(error) || error.code !== 'ESRCH') throw error;
  }
}

function collect(
  child: ChildProcessWithoutNullStreams,
  call: GitCall,
): Promise<GitResult & { readonly standardError: string }> {
  const maximumBytes = call.maximumBytes ?? largestOutputBytes;
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  let outputBytes = 0;
  let errorBytes = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    outputBytes += chunk.length;
    if (outputBytes > maximumBytes) end(child);
    else output.push(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    if (errorBytes < keptErrorBytes) errors.push(chunk);
    errorBytes += chunk.length;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    // A git that fails early closes its input; its exit status explains more than the broken pipe.
    child.stdin.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EPIPE' ? undefined : reject(error),
    );
    child.on('close', (exitCode) => {
      const standardError = Buffer.concat(errors).toString('utf8');
      resolve({
        output: Buffer.concat(output),
        exitCode: exitCode ?? -1,
        overflow: outputBytes > maximumBytes,
        standardError,
      });
    });
    child.stdin.end(call.input ?? '');
  });
}

async function failureError(
  { directory }: GitContext,
  command: string,
  { exitCode, standardError }: { readonly exitCode: number; readonly standardError: string },
): Promise<Error> {
  const failure = failureOf(standardError);
  const isFull = failure.code === 'git_failed' && (await isDiskFull(directory));
  const { code, reason } = isFull ? diskFull : failure;
  const message = `git ${command} ended with status ${exitCode}: ${reason}`;
  return code === 'locked' ? new GitLocked(message) : new MendloopError(code, message);
}

const diskFull = { code: 'storage_full', reason: 'the disk is full' } as const;

function isCancelled(context: GitContext): boolean {
  return context.signal?.aborted === true;
}

function cancelled(command: string): MendloopError {
  return new MendloopError('cancelled', `git ${command} was cancelled`);
}

function isNodeError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}
