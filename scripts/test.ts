import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { updateFullReport } from './tests/full-report.ts';
import { readOptions } from './tests/options.ts';
import { type Progress, showProgress } from './tests/progress.ts';
import type { TierResult } from './tests/results.ts';
import { openRunFolder } from './tests/run-folder.ts';
import { runTier } from './tests/run-tier.ts';
import { type LeftOut, printSummary } from './tests/summary.ts';
import { installPackages } from './tests/system-packages.ts';
import { startDownloads, type Tier, type TierContext, tiers } from './tests/tiers.ts';

// `npm test`: what any machine can run, sampled. `--all`: every tier, sampled. `--full`: every tier, nothing sampled.
// `--only TIER`: one tier; other words go to its program. `--system`: installs missing Debian packages.
const root = path.join(import.meta.dirname, '..');
const isCi = process.env['CI'] === 'true';
const ending = new AbortController();
const aborted = new Promise<void>((resolve) => {
  ending.signal.addEventListener('abort', () => resolve(), { once: true });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort(signal));

function commit(): string {
  const { status, stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : 'no-commit';
}

interface Outcome {
  readonly results: TierResult[];
  readonly leftOut: LeftOut[];
}

async function installMissing(wanted: readonly Tier[], progress: Progress): Promise<void> {
  const packages = new Set<string>();
  for (const tier of wanted)
    if ((await tier.missing()) !== null) for (const one of tier.packages) packages.add(one);
  if (packages.size === 0) return;
  progress.line(`installing ${[...packages].join(', ')}`);
  using _ = progress.follow('apt-get', () => 'installing');
  await installPackages([...packages], ending.signal);
}

/** Runs the tiers one after the other; what they download is fetched beside them. */
async function runAll(wanted: readonly Tier[], context: TierContext, progress: Progress): Promise<Outcome> {
  const outcome: Outcome = { results: [], leftOut: [] };
  const able: Tier[] = [];
  for (const tier of wanted) {
    const missing = await tier.missing();
    if (missing === null) able.push(tier);
    else outcome.leftOut.push({ tier, missing });
  }
  const downloaded = startDownloads(able.flatMap((tier) => tier.downloads));
  for (const tier of able) {
    progress.line(`\n── ${tier.name}: ${tier.about}`);
    {
      using _ = progress.follow(tier.name, () => 'waiting for its Python environment');
      await Promise.race([downloaded(tier), aborted]);
    }
    if (ending.signal.aborted) break;
    const isShown = able.length === 1 && tier.report === 'line';
    outcome.results.push(await runTier({ tier, context, progress, ending, isShown }));
  }
  return outcome;
}

async function writeReport({ results, leftOut }: Outcome, isWhole: boolean): Promise<void> {
  const folder = path.join(root, 'docs', 'reports');
  await mkdir(folder, { recursive: true });
  const reasons = new Map(leftOut.map(({ tier, missing }) => [tier.name, missing ?? 'not asked for']));
  await updateFullReport(
    path.join(folder, 'full.json'),
    { commit: commit(), results, leftOut: reasons },
    isWhole,
  );
}

/** Prints the last line. Returns the exit status: a tier that CI leaves out would look like a pass. */
function conclude({ results, leftOut }: Outcome, progress: Progress): number {
  const sum = (key: 'passed' | 'failed' | 'skipped') => results.reduce((all, result) => all + result[key], 0);
  const failed = sum('failed') + (isCi ? leftOut.length : 0);
  const skipped = sum('skipped') + (isCi ? 0 : leftOut.length);
  progress.line(`\n${sum('passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return failed > 0 ? 1 : 0;
}

async function main(): Promise<number> {
  const { tiers: wanted, full, isPlain, system, more } = readOptions(process.argv.slice(2), isCi);
  using progress = showProgress(process.stdout);
  const run = await openRunFolder();
  process.env['TMPDIR'] = run.path;
  try {
    const artifacts = path.join(root, 'artifacts');
    await mkdir(artifacts, { recursive: true });
    if (system) await installMissing(wanted, progress);
    const context: TierContext = {
      root,
      folder: run.path,
      full,
      isPlain,
      seed: process.env['MENDLOOP_TEST_SEED'] ?? commit(),
      artifacts,
      more,
    };
    const outcome = await runAll(wanted, context, progress);
    if (ending.signal.aborted) return 1;
    const unasked = tiers.filter((tier) => !wanted.includes(tier)).map((tier) => ({ tier, missing: null }));
    printSummary(progress, outcome.results, [...outcome.leftOut, ...(wanted.length > 1 ? unasked : [])]);
    if (full && more.length === 0) await writeReport(outcome, wanted.length === tiers.length);
    return conclude(outcome, progress);
  } finally {
    const left = await run.end();
    if (left > 0) progress.line(`ended ${left} processes that were left`);
  }
}

const status = await main().catch((error: unknown) => {
  console.error(`npm test: ${error instanceof Error ? error.message : String(error)}`);
  return 2;
});
if (ending.signal.aborted) {
  console.error(`ended by ${String(ending.signal.reason)}; nothing of this run is left`);
  process.exit(String(ending.signal.reason) === 'SIGINT' ? 130 : 143);
}
process.exit(status);
