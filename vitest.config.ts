import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { ParentReporter } from './scripts/tests/reporter.ts';
import { integrationFiles } from './scripts/tests/sample.ts';

/** On a busy machine everything comes, and comes late: vitest's own second for `expect.poll` is too short. */
const patient = { expect: { poll: { timeout: 30_000 } } };
const slow = { testTimeout: 240_000, hookTimeout: 300_000, ...patient };
const withDatabase = { globalSetup: ['test/support/global-setup.ts'], ...slow };
const sbin = [process.env['PATH'], '/usr/sbin', '/sbin'].join(path.delimiter);

/** The projects are tiers of `npm test`: see `scripts/tests/tiers.ts`. */
export default defineConfig({
  test: {
    // `npm test` shows the results itself; a person who starts vitest gets vitest's own report.
    reporters: process.send === undefined ? ['default'] : [new ParentReporter()],
    projects: [
      { test: { name: 'unit', include: ['{src,demo,bench}/**/*.test.ts'], ...slow } },
      {
        test: {
          name: 'integration',
          include: [...integrationFiles.include],
          exclude: [...integrationFiles.exclude],
          ...withDatabase,
        },
      },
      { test: { name: 'ending', include: ['test/runner/ending.test.ts'], testTimeout: 240_000 } },
      { test: { name: 'browser', include: ['test/browser/**/*.test.ts'], ...withDatabase } },
      {
        test: {
          name: 'round',
          include: ['test/demo/training.test.ts'],
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
        },
      },
      {
        test: {
          name: 'clusters',
          include: ['test/clusters/real/*.real.ts'],
          ...patient,
          // Each file starts schedulers for the whole machine.
          fileParallelism: false,
          env: { PATH: sbin },
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'real-data',
          include: ['test/real-data/**/*.test.ts'],
          ...withDatabase,
          testTimeout: 900_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
