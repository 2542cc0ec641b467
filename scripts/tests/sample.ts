import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { seededRandom } from '../../test/crash/random.ts';
import type { FullReport } from './full-report.ts';

/** Where the files of a vitest project lie. */
export interface ProjectFiles {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

export const integrationFiles: ProjectFiles = {
  include: ['test/**/*.test.ts'],
  exclude: [
    'test/browser/**',
    'test/real-data/**',
    'test/demo/training.test.ts',
    'test/runner/ending.test.ts',
  ],
};

/** A file that no full run has measured: the average of a run of all files on two cores. */
const unknownSeconds = 20;
/** Files that take no longer are in every sample. */
const shortSeconds = 4;

export interface Budget {
  readonly seed: string;
  /** Sum over the drawn files, measured one by one: for several workers, that many times the time to wait. */
  readonly seconds: number;
}

/** The short files, and as many of the others as the budget allows, in an order that the seed decides. */
export function drawFiles(
  files: readonly string[],
  secondsOf: (file: string) => number | undefined,
  { seed, seconds }: Budget,
): string[] {
  const cost = (file: string): number => secondsOf(file) ?? unknownSeconds;
  const drawn = files.filter((file) => cost(file) <= shortSeconds);
  let left = seconds - drawn.reduce((sum, file) => sum + cost(file), 0);
  const others = files.filter((file) => cost(file) > shortSeconds).toSorted();
  for (const file of seededRandom(seed, 'files').shuffled(others)) {
    if (cost(file) > left) continue;
    left -= cost(file);
    drawn.push(file);
  }
  return drawn.toSorted();
}

/** Seconds of each test file in the latest full run; empty where there was none. */
export function measuredSeconds(root: string, tier: string): ReadonlyMap<string, number> {
  const report = JSON.parse(
    readFileSync(path.join(root, 'docs', 'reports', 'full.json'), 'utf8'),
  ) as FullReport;
  const files = report.tiers.find(({ name }) => name === tier)?.files ?? [];
  return new Map(files.map(({ file, seconds }) => [file, seconds]));
}

/** The test files of a project, as vitest finds them. */
export function listFiles(root: string, { include, exclude }: ProjectFiles): string[] {
  return globSync(include, { cwd: root, exclude }).toSorted();
}
