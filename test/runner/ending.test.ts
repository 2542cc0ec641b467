import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { processesOf } from '../../scripts/tests/run-folder.ts';
import { pollUntil } from '../../src/time/poll-until.ts';
import { seededRandom } from '../crash/random.ts';

/*
 * Before, an ended run left up to seventeen processes behind for minutes: vitest's workers, the demo with its server, worker and
 * engine, and databases that outlive their parents. Here real runs are ended at random points by a signal to one of their levels.
 */
const root = path.join(import.meta.dirname, '..', '..');
const random = seededRandom(process.env['MENDLOOP_TEST_SEED'] ?? '1', 'ending');
const endsWithinMs = 15_000;
const longestRunMs = 12_000;

/** Each starts databases; the first also a demo with its server and worker, and workers that are killed. */
const integration = ['integration', 'test/demo/no-training.test.ts', 'test/jobs/worker.test.ts'];
const crash = ['crash'];

interface Case {
  readonly level: string;
  /** Matches the command line of the process that gets the signal. */
  readonly command: RegExp;
  readonly tier: readonly string[];
}

const cases: readonly Case[] = [
  { level: 'npm', command: /^npm test/, tier: integration },
  { level: 'scripts/run.mjs', command: /^node scripts\/run\.mjs/, tier: crash },
  { level: 'scripts/test.ts', command: /bin\/node \S+scripts\/test\.ts/, tier: integration },
  { level: 'vitest', command: /vitest\.mjs run/, tier: integration },
  { level: "a tier's program", command: /test\/crash\/run\.ts/, tier: crash },
];

/** A sampled run has three of them. */
const drawn = process.env['MENDLOOP_TEST_FULL'] === '1' ? cases : random.shuffled(cases).slice(0, 3);

interface SeenProcess {
  readonly pid: number;
  /** Clock ticks since the machine's start: tells the process from a later one of the same number. */
  readonly startedAt: string;
  readonly command: string;
}

async function see(pid: number): Promise<SeenProcess | null> {
  const read = (name: string): Promise<string> => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
  const [stat, command] = [await read('stat'), await read('cmdline')];
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === undefined || state === '' || state === 'Z') return null;
  return { pid, startedAt: fields[18] ?? '', command: command.replaceAll('\0', ' ') };
}

/** A run of `npm test` whose temporary files lie in a folder of ours, and all processes of it that were ever seen. */
class WatchedRun implements AsyncDisposable {
  readonly folder: string;
  readonly npm: ChildProcess;
  readonly ended: Promise<unknown>;
  readonly seen = new Map<string, SeenProcess>();
  output = '';

  static async start(tier: readonly string[]): Promise<WatchedRun> {
    const folder = await mkdtemp(path.join(tmpdir(), 'ending-'));
    await chmod(folder, 0o755);
    return new WatchedRun(folder, tier);
  }

  private constructor(folder: string, tier: readonly string[]) {
    this.folder = folder;
    const { CI: _, ...environment } = process.env;
    this.npm = spawn('npm', ['test', '--', '--only', ...tier], {
      cwd: root,
      env: { ...environment, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.npm.stdout, this.npm.stderr])
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.ended = once(this.npm, 'exit');
  }

  async look(): Promise<SeenProcess[]> {
    const now = (await Promise.all(processesOf(this.folder).map(see))).filter((one) => one !== null);
    for (const one of now) this.seen.set(`${one.pid} ${one.startedAt}`, one);
    return now;
  }

  /** The first process of the run with such a command line, once it is there. */
  async untilStarted(wanted: RegExp): Promise<number> {
    const find = async () => (await this.look()).find(({ command }) => wanted.test(command))?.pid ?? null;
    const pid = await pollUntil(find, { intervalMs: 500, timeoutMs: 120_000 });
    if (pid === null) throw new Error(`no ${wanted.source} was started: ${this.output}`);
    return pid;
  }

  /** Files in the run's place for temporary files; npm keeps the cache of its own code there. */
  async files(): Promise<string[]> {
    return (await readdir(this.folder)).filter((name) => name !== 'node-compile-cache');
  }

  async watchFor(ms: number): Promise<void> {
    for (const ends = performance.now() + ms; performance.now() < ends; await sleep(500)) await this.look();
  }

  /** Processes that were seen and still run, or that name the folder. */
  async left(): Promise<SeenProcess[]> {
    await this.look();
    const now = await Promise.all([...this.seen.values()].map(({ pid }) => see(pid)));
    return now.filter((one) => one !== null && this.seen.has(`${one.pid} ${one.startedAt}`)) as SeenProcess[];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { pid } of await this.left()) process.kill(pid, 'SIGKILL');
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

test.skipIf(process.platform !== 'linux').each(drawn)(
  'a signal to $level leaves no process and no folder after 15 s',
  async ({ command, tier }) => {
    const signal = random.pick(['SIGINT', 'SIGTERM'] as const);
    const delayMs = random.below(longestRunMs);
    await using run = await WatchedRun.start(tier);
    const pid = await run.untilStarted(command);
    await run.watchFor(delayMs);
    const before = run.seen.size;

    process.kill(pid, signal);
    const isOver = async () => (await run.left()).length === 0 && (await run.files()).length === 0;
    await pollUntil(isOver, { intervalMs: 500, timeoutMs: endsWithinMs });

    const what = `${signal} after ${delayMs} ms, ${before} processes seen`;
    expect(await run.left(), what).toEqual([]);
    expect(await run.files(), what).toEqual([]);
    expect(before, what).toBeGreaterThan(3);
  },
  240_000,
);
