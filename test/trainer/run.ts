import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { findPython } from '../../src/python/find-python.ts';
import { buildRewardServer } from '../support/reward-server.ts';
import { pythonEnvironment } from './environment.ts';
import { trlPython } from './trl.ts';

// The Python side: lint, types and tests, against the built reward server, in a virtual environment of its own. The TRL engines
// have a second one, of gigabytes: the tests start them as a scheduler does.
const root = path.join(import.meta.dirname, '..', '..');
const trainer = path.join(root, 'trainer');

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const python = await findPython(process.env);
if (python === null) throw new Error('no Python 3.11 or newer with venv on the PATH');
const lock = path.join(trainer, 'requirements.lock');
const { bin } = pythonEnvironment(python, lock, path.join(root, '.mendloop', 'trainer', 'venv'));
const trl = await trlPython(root);
await using bundle = await buildRewardServer();

function run(
  name: string,
  args: readonly string[],
): { readonly status: number | null; readonly output: string } {
  const env = {
    ...process.env,
    MENDLOOP_REWARD_SERVER: bundle.file,
    MENDLOOP_NODE: process.execPath,
    ...(trl === null ? {} : { MENDLOOP_TRL_PYTHON: trl }),
  };
  const { status, stdout, stderr } = spawnSync(path.join(bin, name), args, {
    cwd: trainer,
    env,
    encoding: 'utf8',
  });
  console.log(`── ${name} ${args.join(' ')}\n${stdout}${stderr}`);
  return { status, output: stdout };
}

/** A program that has one answer is one test. */
function whole(name: string, ...args: readonly string[]): Counts {
  const isClean = run(name, args).status === 0;
  return { passed: Number(isClean), failed: Number(!isClean), skipped: 0 };
}

/** pytest's last line; a run that ends badly without a failed test is one failure. */
function tests(): Counts {
  const { status, output } = run('python', ['-m', 'pytest', '-p', 'no:cacheprovider']);
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  const count = (what: string): number => Number(new RegExp(`(\\d+) ${what}`).exec(last)?.[1] ?? 0);
  const failed = count('failed') + count('error');
  return {
    passed: count('passed'),
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: count('skipped'),
  };
}

const all = [
  whole('ruff', 'check', '--no-cache', '.'),
  whole('ruff', 'format', '--no-cache', '--check', '.'),
  whole('mypy', '--cache-dir', path.join(root, '.mendloop', 'trainer', 'mypy')),
  tests(),
];
const sum = (key: keyof Counts): number => all.reduce((total, counts) => total + counts[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
process.exitCode = sum('failed') > 0 ? 1 : 0;
