import { failureText, type Progress } from './progress.ts';
import type { TierResult } from './results.ts';
import type { Tier } from './tiers.ts';

/** A tier that did not run. */
export interface LeftOut {
  readonly tier: Tier;
  /** What the machine lacks, or null where the run did not ask for the tier. */
  readonly missing: string | null;
}

const mostSlowFiles = 10;

function tableOf(results: readonly TierResult[]): string[] {
  const rows = results.map(({ name, passed, failed, skipped, seconds }) => {
    const cells = [passed, failed, skipped, seconds].map((cell) => String(cell).padStart(7));
    return `${name.padEnd(12)} ${cells.join(' ')}`;
  });
  return ['', 'tier          passed  failed  skipped  seconds', ...rows];
}

function slowest(results: readonly TierResult[]): string[] {
  const files = results.flatMap((result) => result.files).toSorted((a, b) => b.seconds - a.seconds);
  if (files.length === 0) return [];
  const lines = files
    .slice(0, mostSlowFiles)
    .map(({ file, seconds }) => `${seconds.toFixed(1).padStart(7)} s  ${file}`);
  return ['', 'slowest files', ...lines];
}

/** Which tier did not run, why, and the command that runs it. */
export function leftOutLine({ tier, missing }: LeftOut): string {
  const system = missing !== null && tier.packages.length > 0 ? ' --system' : '';
  const why = missing ?? `not in a plain run (${tier.about})`;
  return `${tier.name.padEnd(12)} left out: ${why}; npm test -- --only ${tier.name}${system}`;
}

/** Prints what ran, what did not, which files were slow, and every failure once more. */
export function printSummary(
  progress: Progress,
  results: readonly TierResult[],
  leftOut: readonly LeftOut[],
): void {
  const failures = results.flatMap((result) => result.failures);
  for (const text of [...slowest(results), ...tableOf(results), ...leftOut.map(leftOutLine)])
    progress.line(text);
  for (const failure of failures) progress.line(`\n${failureText(failure)}`);
}
