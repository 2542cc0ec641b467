import { defineConfig } from 'vitest/config';

const slow = { testTimeout: 120_000, hookTimeout: 180_000 };
const withDatabase = { globalSetup: ['test/support/global-setup.ts'], ...slow };

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['{src,demo,bench}/**/*.test.ts'], ...slow } },
      {
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**', 'test/real-data/**'],
          ...withDatabase,
        },
      },
      { test: { name: 'browser', include: ['test/browser/**/*.test.ts'], ...withDatabase } },
      { test: { name: 'real-data', include: ['test/real-data/**/*.test.ts'], testTimeout: 900_000, hookTimeout: 300_000, globalSetup: ['test/support/global-setup.ts'] } },
    ],
  },
});
