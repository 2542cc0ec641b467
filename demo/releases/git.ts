import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { MendloopError } from '../../src/domain/errors.ts';

interface GitOptions {
  readonly signal: AbortSignal;
  readonly input?: Iterable<Buffer | string>;
}

/** Runs git in a bare directory without any configuration of the user or the machine; returns its standard output. */
export async function git(dir: string, args: readonly string[], options: GitOptions): Promise<Buffer> {
  const { signal, input = [] } = options;
  const child = spawn('git', ['--git-dir', dir, ...args], { env: gitEnvironment(), signal, stdio: 'pipe' });
  const output: Buffer[] = [];
  const complaints: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  // A git that ends early closes its input; its exit status says why.
  child.stdin.on('error', () => {});
  child.stdin.end(Buffer.concat([...input].map((chunk) => Buffer.from(chunk))));
  const status = await exitStatus(child, args, signal);
  if (status === 0) return Buffer.concat(output);
  const cause = new Error(Buffer.concat(complaints).toString('utf8').slice(-2000));
  throw new MendloopError('git_failed', `git ${args[0]} ended with status ${status}.`, { cause });
}

async function exitStatus(
  child: ReturnType<typeof spawn>,
  args: readonly string[],
  signal: AbortSignal,
): Promise<unknown> {
  try {
    const [status, killedBy] = await once(child, 'close');
    return status ?? killedBy;
  } catch (cause) {
    if (signal.aborted)
      throw new MendloopError('cancelled', 'The releases were not prepared to the end.', { cause });
    throw new MendloopError('git_failed', `git ${args[0]} could not be started.`, { cause });
  }
}

function gitEnvironment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
  };
}
