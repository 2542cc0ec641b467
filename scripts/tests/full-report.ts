import { readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import type { TierResult } from './run-tier.ts';

export interface FullResult extends TierResult {
  /** What was tested. */
  readonly commit: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memory_bytes: number;
    readonly node: string;
  };
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

const machine = {
  cpu: os.cpus()[0]?.model ?? 'unknown',
  cores: os.cpus().length,
  memory_bytes: os.totalmem(),
  node: process.version,
};

/** The report after a run of some tiers: those it did not run stay as they were counted before, each with its own commit. */
export function merged(before: FullReport | null, { commit, results, leftOut }: FullRun): FullReport {
  const ran = new Map(results.map((result) => [result.name, { ...result, commit, machine }]));
  const kept = (before?.tiers ?? []).filter(({ name }) => !leftOut.has(name));
  const replaced = kept.map((tier) => ran.get(tier.name) ?? tier);
  const added = [...ran.values()].filter(({ name }) => !kept.some((tier) => tier.name === name));
  const left = Object.entries(before?.left_out ?? {}).filter(([name]) => !ran.has(name));
  return {
    tiers: [...replaced, ...added],
    left_out: { ...Object.fromEntries(left), ...Object.fromEntries(leftOut) },
  };
}

/** Writes the run into the report. A run of every tier begins it anew. */
export async function updateFullReport(file: string, run: FullRun, isWhole: boolean): Promise<void> {
  const text = isWhole ? null : await readFile(file, 'utf8').catch(() => null);
  const before = text === null ? null : (JSON.parse(text) as FullReport);
  await writeFile(file, `${JSON.stringify(merged(before, run), null, 2)}\n`);
}
