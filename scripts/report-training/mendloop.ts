import { spawn } from 'node:child_process';
import path from 'node:path';
import { MendloopError } from '../../src/domain/errors.ts';

const root = path.join(import.meta.dirname, '..', '..');
const inherited = ['PATH', 'HOME', 'TMPDIR', 'LANG'] as const;

/** Runs one command of the product's own CLI in an installation, and gives what it prints as JSON. */
export type Mendloop = (...args: readonly string[]) => Promise<unknown>;

/** Its progress goes to our standard error. A status other than 0 is no failure where there is JSON: a round may have failed. */
export function mendloopOf(home: string): Mendloop {
  const given = Object.fromEntries(inherited.map((name) => [name, process.env[name]]));
  return async (...args) => {
    const program = path.join(root, 'src', 'main', 'cli.ts');
    const child = spawn(process.execPath, [program, ...args, '--json'], {
      cwd: root,
      env: { ...given, MENDLOOP_HOME: home },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (said !== '') return JSON.parse(said);
    throw new MendloopError('round_invalid', `mendloop ${args.slice(0, 2).join(' ')} ended with ${status}`);
  };
}
