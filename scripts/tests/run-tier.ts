import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from './progress.ts';
import type { FileResult, TierFailure, TierMessage, TierResult } from './results.ts';
import type { Tier, TierContext } from './tiers.ts';

export interface TierRun {
  readonly tier: Tier;
  readonly context: TierContext;
  readonly progress: Progress;
  /** Aborted when the run has to end; aborted here when the tier's program gets a signal. */
  readonly ending: AbortController;
  /** Everything that the tier writes goes to the terminal too. */
  readonly isShown: boolean;
}

/** A tier that is told to end gets this long to remove what it made. */
const graceMs = 5000;
const drainMs = 1000;
const mostLogLines = 40;

/** Counts what a tier reports while it runs. */
class Tally {
  readonly files: FileResult[] = [];
  readonly errors: string[] = [];
  expectedFiles = 0;
  text = '';

  take(message: TierMessage): void {
    if (message.kind === 'files') this.expectedFiles = message.count;
    else if (message.kind === 'file') this.files.push(message.result);
    else if (message.kind === 'end') this.errors.push(...message.errors);
  }

  add(chunk: string): void {
    this.text = (this.text + chunk).slice(-20_000);
  }

  sum(key: 'passed' | 'skipped'): number {
    return this.files.reduce((sum, file) => sum + file[key], 0);
  }

  /** What the tier is at, in a few words. */
  state(): string {
    if (this.expectedFiles > 0) {
      const failed = this.files.reduce((sum, { failures }) => sum + failures.length, 0);
      return `${this.files.length} of ${this.expectedFiles} files, ${this.sum('passed')} passed${failed > 0 ? `, ${failed} failed` : ''}`;
    }
    return (this.text.trimEnd().split('\n').at(-1) ?? '').trim().slice(0, 60);
  }
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-mostLogLines).join('\n');
}

function lineCounts(text: string): { passed: number; failed: number; skipped: number } | null {
  const line = [...text.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm)].at(-1);
  return line ? { passed: Number(line[1]), failed: Number(line[2]), skipped: Number(line[3] ?? 0) } : null;
}

function shellWord(word: string): string {
  return /^[\w./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function commandOf({ name }: Tier, file: string, test: string): string {
  const pattern = test
    .split(' > ')
    .join(' ')
    .replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return `npx vitest run --project ${name} ${file}${test === '' ? '' : ` -t ${shellWord(pattern)}`}`;
}

function fileFailures(tier: Tier, { file, failures }: FileResult): TierFailure[] {
  return failures.map(({ name, message }) => ({
    name: name === '' ? file : `${file} > ${name}`,
    message,
    command: commandOf(tier, file, name),
  }));
}

/** The whole tier as one failure: it ended badly, and no test says so. */
function ownFailure({ tier, context }: TierRun, message: string): TierFailure {
  const command = `MENDLOOP_TEST_SEED=${context.seed} npm test -- --only ${tier.name}`;
  return { name: tier.name, message, command };
}

function failuresOf(run: TierRun, tally: Tally, code: number): TierFailure[] {
  const { tier } = run;
  const failures = tally.files.flatMap((file) => fileFailures(tier, file));
  for (const error of tally.errors) failures.push(ownFailure(run, error));
  if (failures.length === 0 && code !== 0)
    failures.push(ownFailure(run, `ended with ${code}\n${lastLines(tally.text)}`));
  return failures;
}

function resultOf(run: TierRun, tally: Tally, code: number): Omit<TierResult, 'seconds'> {
  const { name, report } = run.tier;
  const failures = failuresOf(run, tally, code);
  const lines = report === 'line' ? lineCounts(tally.text) : null;
  const counts = lines ?? {
    passed: tally.sum('passed'),
    failed: failures.length,
    skipped: tally.sum('skipped'),
  };
  if (counts.passed + counts.failed === 0) failures.push(ownFailure(run, 'no test ran'));
  const failed = Math.max(counts.failed, failures.length);
  const files = tally.files.map(({ file, seconds }) => ({ file, seconds }));
  return {
    name,
    ...counts,
    failed,
    failures,
    files: files.toSorted((a, b) => a.file.localeCompare(b.file)),
  };
}

function start({ tier, context }: TierRun): ChildProcess {
  return spawn(process.execPath, tier.command(context), {
    cwd: context.root,
    // A group of its own: the terminal's Ctrl-C reaches this program alone, which ends the tier in order.
    detached: true,
    env: {
      ...process.env,
      TMPDIR: context.folder,
      // Programs that the tests start would compile the same modules again: 0.33 s of start instead of 0.56 s.
      NODE_COMPILE_CACHE: path.join(context.root, 'node_modules', '.cache', 'mendloop-test'),
      MENDLOOP_TEST_SEED: context.seed,
      ...(context.full ? { MENDLOOP_TEST_FULL: '1' } : {}),
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // The group has ended.
  }
}

/** Ends the group of the tier when the signal is aborted: first politely. */
function endOnAbort(child: ChildProcess, signal: AbortSignal): Disposable {
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => {
    signalGroup(child, 'SIGTERM');
    timer = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
  };
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  return {
    [Symbol.dispose]() {
      signal.removeEventListener('abort', end);
      clearTimeout(timer);
    },
  };
}

/** Runs one tier to its end. */
export async function runTier(run: TierRun): Promise<TierResult> {
  const { tier, context, progress, ending, isShown } = run;
  const started = performance.now();
  const tally = new Tally();
  const child = start(run);
  using _ = endOnAbort(child, ending.signal);
  using __ = progress.follow(tier.name, () => tally.state());
  const log = createWriteStream(path.join(context.artifacts, `${tier.name}.log`));
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      tally.add(chunk);
      log.write(chunk);
      if (isShown) process.stdout.write(chunk);
    });
  child.on('message', (message: TierMessage) => {
    tally.take(message);
    if (message.kind === 'signal') ending.abort(message.signal);
    if (message.kind === 'file')
      for (const failure of fileFailures(tier, message.result)) progress.failed(failure);
  });
  const closed = once(child, 'close');
  const [code, endedBy] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  // A process that the tier left behind may hold the pipes.
  await Promise.race([closed, sleep(drainMs)]);
  if (endedBy !== null) ending.abort(endedBy);
  log.end();
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  return { ...resultOf(run, tally, code ?? 1), seconds };
}
