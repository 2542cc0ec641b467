import { spawn } from 'node:child_process';
import { MendloopError } from '../../../src/domain/errors.ts';

export interface GitOptions {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit statuses that are answers, not failures. */
  readonly allow?: readonly number[];
}

export interface GitOutput {
  readonly status: number;
  readonly stdout: Buffer;
}

const configuration = {
  'safe.directory': '*',
  'core.quotePath': 'false',
  'core.logAllRefUpdates': 'false',
  'gc.auto': '0',
  'receive.hideRefs': 'refs/pull',
  'uploadpack.allowFilter': 'true',
  'uploadpack.allowAnySHA1InWant': 'true',
  'diff.renames': 'true',
} as const;

/** An environment in which no configuration of the machine or its user has a say. */
export function gitEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const entries = Object.entries(configuration);
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    LC_ALL: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: String(entries.length),
    ...extra,
  };
  for (const [index, [key, value]] of entries.entries()) {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return env;
}

/** Runs git in a repository. Throws `git_failed` unless the exit status is 0 or allowed. */
export function git(dir: string, args: readonly string[], options: GitOptions = {}): Promise<GitOutput> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, { cwd: dir, env: gitEnvironment(options.env), stdio: 'pipe' });
    const chunks: Buffer[] = [];
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < 2_000) stderr += chunk.toString();
    });
    child.on('error', (cause) =>
      reject(new MendloopError('git_failed', 'git could not be started', { cause })),
    );
    child.on('close', (code) => {
      const status = code ?? -1;
      const fine = status === 0 || (options.allow ?? []).includes(status);
      if (fine) resolve({ status, stdout: Buffer.concat(chunks) });
      else reject(failure(args, status, stderr));
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input);
  });
}

export async function gitText(
  dir: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  return (await git(dir, args, options)).stdout.toString('utf8');
}

function failure(args: readonly string[], status: number, stderr: string): MendloopError {
  const command = args.find((arg) => !arg.startsWith('-')) ?? 'git';
  return new MendloopError('git_failed', `git ${command} ended with status ${status}`, {
    cause: new Error(stderr),
  });
}
