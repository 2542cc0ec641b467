import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Tier, TierContext } from './tiers.ts';

export interface TierResult {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  /** Files and names of failed tests, with the first line of why, as far as the tier's report tells them. */
  readonly failures: readonly string[];
}

type Counts = Omit<TierResult, 'name' | 'seconds'>;

interface VitestReport {
  readonly numPassedTests?: number;
  readonly numFailedTests?: number;
  readonly numPendingTests?: number;
  readonly numTodoTests?: number;
  readonly testResults?: readonly {
    readonly name: string;
    readonly message?: string;
    readonly status: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

interface Outcome {
  readonly code: number;
  readonly lastLines: string;
}

function execute(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
    let tail = '';
    child.stdout.on('data', (chunk: Buffer) => {
      process.stdout.write(chunk);
      tail = (tail + chunk.toString()).slice(-4000);
    });
    child.on('close', (code) => resolve({ code: code ?? 1, lastLines: tail }));
  });
}

function firstLine(text: string | undefined): string {
  return (text ?? '').split('\n', 1)[0] ?? '';
}

function failuresOf({ testResults = [] }: VitestReport, root: string): string[] {
  return testResults.flatMap(({ name, message, status, assertionResults }) => {
    const file = path.relative(root, name);
    const failed = assertionResults.filter((result) => result.status === 'failed');
    if (failed.length === 0) return status === 'failed' ? [`${file}: ${firstLine(message)}`] : [];
    return failed.map(
      ({ fullName, failureMessages }) => `${file} > ${fullName}: ${firstLine(failureMessages?.[0])}`,
    );
  });
}

async function vitestCounts(file: string, root: string): Promise<Counts | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  const report = JSON.parse(text) as VitestReport;
  return {
    passed: report.numPassedTests ?? 0,
    failed: report.numFailedTests ?? 0,
    skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
    failures: failuresOf(report, root),
  };
}

function lineCounts(text: string): Counts | null {
  const found = [...text.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm)].at(-1);
  return found
    ? { passed: Number(found[1]), failed: Number(found[2]), skipped: Number(found[3] ?? 0), failures: [] }
    : null;
}

/** Runs one tier; a tier that ends badly without naming a failed test counts as one failure. */
export async function runTier(tier: Tier, context: TierContext): Promise<TierResult> {
  const started = performance.now();
  const { args, env } = tier.command(context);
  const { code, lastLines } = await execute(args, context.root, {
    ...process.env,
    ...env,
    MENDLOOP_TEST_SEED: context.seed,
    ...(context.full ? { MENDLOOP_TEST_FULL: '1' } : {}),
  });
  const file = path.join(context.artifacts, `${tier.name}.json`);
  const counts = tier.report === 'vitest' ? await vitestCounts(file, context.root) : lineCounts(lastLines);
  const { passed, failed, skipped, failures } = counts ?? { passed: 0, failed: 0, skipped: 0, failures: [] };
  const broken = code !== 0 && failed === 0 ? 1 : 0;
  const none = counts === null || passed + failed === 0 ? 1 : 0;
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  const all = failed + Math.max(broken, none);
  return { name: tier.name, passed, failed: all, skipped, seconds, failures };
}
