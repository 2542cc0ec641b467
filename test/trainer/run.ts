import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import path from 'node:path';
import { seededRandom } from '../crash/random.ts';
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

const isFull = process.argv.includes('--full');
const random = seededRandom(process.env['MENDLOOP_TEST_SEED'] ?? '1', 'trainer');
const files = globSync('tests/**/test_*.py', { cwd: trainer }).toSorted();
/** The tests of engines compute; the others mostly wait for processes, beside them. */
const engines = files.filter((file) => file.endsWith('_engine.py'));
const others = files.filter((file) => !engines.includes(file));
/** A sample has one engine, and three of four other files. */
const drawn = {
  engines: isFull ? engines : random.shuffled(engines).slice(0, 1),
  others: isFull ? others : random.shuffled(others).slice(0, Math.ceil((others.length * 3) / 4)),
};

const all = [
  await whole('ruff', 'check', '--no-cache', '.'),
  await whole('ruff', 'format', '--no-cache', '--check', '.'),
  await whole('mypy', '--cache-dir', path.join(root, '.mendloop', 'trainer', 'mypy')),
  ...(await Promise.all([tests(...drawn.engines), tests(...drawn.others)])),
];
const sum = (key: keyof Counts): number => all.reduce((total, counts) => total + counts[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
process.exitCode = sum('failed') > 0 ? 1 : 0;
