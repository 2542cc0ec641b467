import { execFile } from 'node:child_process';
import path from 'node:path';
import { checksBin, enginePython } from '../support/python-environments.ts';
import { buildRewardServer } from '../support/reward-server.ts';

// The Python side: lint, types and tests, against the built reward server, in a virtual environment of its own. The TRL engines
// have a second one, of gigabytes: the tests start them as a scheduler does.
const root = path.join(import.meta.dirname, '..', '..');
const trainer = path.join(root, 'trainer');

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const bin = await checksBin();
const trl = await enginePython('trl');
const verl = await enginePython('verl');
await using bundle = await buildRewardServer();

interface Ran {
  readonly status: number | null;
  readonly output: string;
}

function run(name: string, args: readonly string[]): Promise<Ran> {
  const env = {
    ...process.env,
    MENDLOOP_REWARD_SERVER: bundle.file,
    MENDLOOP_NODE: process.execPath,
    ...(trl === null ? {} : { MENDLOOP_TRL_PYTHON: trl }),
    ...(verl === null ? {} : { MENDLOOP_VERL_PYTHON: verl }),
  };
  return new Promise((resolve) => {
    const options = { cwd: trainer, env, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(path.join(bin, name), args, options, (_, stdout, stderr) => {
      console.log(`── ${name} ${args.join(' ')}\n${stdout}${stderr}`);
      resolve({ status: child.exitCode, output: stdout });
    });
  });
}

/** A program that has one answer is one test. */
async function whole(name: string, ...args: readonly string[]): Promise<Counts> {
  const isClean = (await run(name, args)).status === 0;
  return { passed: Number(isClean), failed: Number(!isClean), skipped: 0 };
}

/** pytest's last line; a run that ends badly without a failed test is one failure. */
async function tests(...which: readonly string[]): Promise<Counts> {
  const options = ['-p', 'no:cacheprovider', '--durations=5'];
  const { status, output } = await run('python', ['-m', 'pytest', ...options, ...which]);
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  const count = (what: string): number => Number(new RegExp(`(\\d+) ${what}`).exec(last)?.[1] ?? 0);
  const failed = count('failed') + count('error');
  return {
    passed: count('passed'),
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: count('skipped'),
  };
}

/** These compute; the others mostly wait for processes, beside them. */
const engines = ['tests/test_trl_engine.py', 'tests/test_verl_engine.py'];

const all = [
  await whole('ruff', 'check', '--no-cache', '.'),
  await whole('ruff', 'format', '--no-cache', '--check', '.'),
  await whole('mypy', '--cache-dir', path.join(root, '.mendloop', 'trainer', 'mypy')),
  ...(await Promise.all([tests(...engines), tests(...engines.map((file) => `--ignore=${file}`))])),
];
const sum = (key: keyof Counts): number => all.reduce((total, counts) => total + counts[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
process.exitCode = sum('failed') > 0 ? 1 : 0;
