import { spawnSync } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { updateFullReport } from './tests/full-report.ts';
import { runTier, type TierResult } from './tests/run-tier.ts';
import { type Tier, type TierContext, tiers } from './tests/tiers.ts';

const root = path.join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    system: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
  },
});
const inCi = process.env['CI'] === 'true';

function commit(): string {
  const { status, stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : 'no-commit';
}

function chosen(): Tier[] {
  const only = new Set(values.only);
  const unknown = [...only].filter((name) => !tiers.some((tier) => tier.name === name));
  if (unknown.length > 0) throw new Error(`unknown tier: ${unknown.join(', ')}`);
  return tiers.filter((tier) => only.size === 0 || only.has(tier.name));
}

/** System packages are installed only where somebody asked for it: in CI, or with --system. */
async function installMissing(wanted: readonly Tier[]): Promise<void> {
  if (!inCi && !values.system) return;
  const packages = new Set<string>();
  for (const tier of wanted) if (await tier.missing()) for (const name of tier.packages) packages.add(name);
  if (packages.size === 0) return;
  console.log(`installing ${[...packages].join(', ')}`);
  const run = (args: readonly string[]) =>
    spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  run(['update', '-q']);
  run(['install', '-y', '-q', '--no-install-recommends', ...packages]);
}

function print(results: readonly TierResult[], leftOut: ReadonlyMap<string, string>): void {
  console.log('\ntier          passed  failed  skipped  seconds');
  for (const { name, passed, failed, skipped, seconds } of results) {
    const cells = [passed, failed, skipped, seconds].map((cell) => String(cell).padStart(7));
    console.log(`${name.padEnd(12)} ${cells.join(' ')}`);
  }
  for (const [name, why] of leftOut) console.log(`${name.padEnd(12)} left out: ${why}`);
  for (const { name, failures } of results)
    for (const failure of failures) console.log(`${name}: ${failure}`);
}

const wanted = chosen();
const context: TierContext = {
  root,
  full: values.full,
  seed: commit(),
  artifacts: path.join(root, 'artifacts'),
};
await rm(context.artifacts, { recursive: true, force: true });
await mkdir(context.artifacts, { recursive: true });
await installMissing(wanted);

const results: TierResult[] = [];
const leftOut = new Map<string, string>();
for (const tier of wanted) {
  const why = await tier.missing();
  if (why === null) {
    console.log(`\n── ${tier.name}: ${tier.about}`);
    results.push(await runTier(tier, context));
  } else leftOut.set(tier.name, why);
}
print(results, leftOut);
if (values.full) {
  const folder = path.join(root, 'docs', 'reports');
  await mkdir(folder, { recursive: true });
  const run = { commit: commit(), results, leftOut };
  await updateFullReport(path.join(folder, 'full.json'), run, wanted.length === tiers.length);
}

const total = (key: 'passed' | 'failed' | 'skipped') => results.reduce((sum, result) => sum + result[key], 0);
// A tier that CI leaves out would look like a pass.
const failed = total('failed') + (inCi ? leftOut.size : 0);
const skipped = total('skipped') + (inCi ? 0 : leftOut.size);
console.log(`\n${total('passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;
