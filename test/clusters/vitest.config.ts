import { defineConfig } from 'vitest/config';

/** Schedulers that are started for real: one file at a time, on a machine that has them (`npm run test:clusters`). */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/clusters/real/*.real.ts'],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
