import { readFile, writeFile } from 'node:fs/promises';
import { machine } from '../../bench/machine.ts';
import type { TierResult } from './results.ts';

interface FullResult extends TierResult {
  /** What was tested. */
  readonly commit: string;
  readonly machine: ReturnType<typeof machine>;
}

export interface FullReport {
  /** By name of the tier: what its latest full run counted. */
  readonly tiers: readonly FullResult[];
  readonly left_out: Readonly<Record<string, string>>;
}

export interface FullRun {
  readonly commit: string;
  readonly results: readonly TierResult[];
  readonly leftOut: ReadonlyMap<string, string>;
}

/** The report after a run of some tiers: those it did not run stay as they were counted before, each with its own commit. */
function merged(before: FullReport | null, { commit, results, leftOut }: FullRun): FullReport {
  const tiers = new Map(before?.tiers.map((tier) => [tier.name, tier]));
  const left = new Map(Object.entries(before?.left_out ?? {}));
  for (const result of results) {
    tiers.set(result.name, { ...result, commit, machine: machine() });
    left.delete(result.name);
  }
  for (const [name, why] of leftOut) {
    tiers.delete(name);
    left.set(name, why);
  }
  return { tiers: [...tiers.values()], left_out: Object.fromEntries(left) };
}

/** Writes the run into the report. A run of every tier begins it anew. */
export async function updateFullReport(file: string, run: FullRun, isWhole: boolean): Promise<void> {
  const text = isWhole ? null : await readFile(file, 'utf8').catch(() => null);
  const before = text === null ? null : (JSON.parse(text) as FullReport);
  await writeFile(file, `${JSON.stringify(merged(before, run), null, 2)}\n`);
}
