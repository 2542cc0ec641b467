import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { MendloopError } from '../../src/domain/errors.ts';
import { root } from '../root.ts';

const execute = promisify(execFile);

export const cli = path.join(root, 'src', 'main', 'cli.ts');

/** Runs a command of Mendloop to its end and gives what it prints as JSON. Throws `round_invalid` with its last words. */
export async function runCommand(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<unknown> {
  try {
    const { stdout } = await execute(process.execPath, [cli, ...args, '--json'], { cwd: root, env });
    return JSON.parse(stdout);
  } catch (cause) {
    const { stderr = '' } = cause as { readonly stderr?: string };
    const said = stderr.trim().split('\n').slice(-2).join(' ');
    throw new MendloopError('round_invalid', `mendloop ${args.join(' ')} failed: ${said}`, { cause });
  }
}
