import type { ChangeLimits } from './hunk-filter.ts';

/** What is too large to be one fix. The largest of 900 real fixes looked at has 21 files and some 4,000 lines. */
export const changeLimits: ChangeLimits = {
  maximumFiles: 200,
  maximumLines: 10_000,
  maximumBytes: 2 * 1024 * 1024,
};

/** Contents of all source files of one instance, before and after each. */
export const contextBytes = 8 * 1024 * 1024;

/** Commits of one pull request that are looked at. */
export const maxCommits = 250;
