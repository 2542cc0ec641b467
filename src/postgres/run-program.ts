import { spawn } from 'node:child_process';
import type { ServerAccount } from './account.ts';

export interface ProgramOptions {
  readonly account: ServerAccount | null;
  /** An open file that the program reads as its standard input. */
  readonly stdin?: number;
  /** Open files that the program inherits as descriptors 3 and up. */
  readonly descriptors?: readonly number[];
}

export interface ProgramResult {
  /** Null when the program could not be started or was killed. */
  readonly status: number | null;
  readonly output: string;
  readonly error: string;
}

/**
 * The environment of PostgreSQL's programs, without any variable of this process. The server outlives this process and
 * must not have its secrets, and PG* variables must not change its behaviour.
 */
export const programEnvironment: NodeJS.ProcessEnv = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** Runs one of PostgreSQL's short programs to its end. Never rejects. */
export function runProgram(
  file: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<ProgramResult> {
  const { promise, resolve } = Promise.withResolvers<ProgramResult>();
  const child = spawn(file, args, {
    ...options.account,
    cwd: '/',
    env: programEnvironment,
    stdio: [options.stdin ?? 'ignore', 'pipe', 'pipe', ...(options.descriptors ?? [])],
  });
  let output = '';
  let error = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (error += chunk.toString()));
  child.once('error', (cause) => resolve({ status: null, output, error: cause.message }));
  child.once('close', (status) => resolve({ status, output, error }));
  return promise;
}
