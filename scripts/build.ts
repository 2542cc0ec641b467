import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { bundleRewardServer } from '../src/main/wiring/bundle-reward-server.ts';

/** Compiles src/ to dist/ for the package: Node runs no TypeScript below node_modules. */
const root = dirname(import.meta.dirname);
const compiler = join(
  dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
  'bin',
  'tsc',
);

rmSync(join(root, 'dist'), { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json')], {
  stdio: 'inherit',
});
if (status === 0) {
  cpSync(join(root, 'src', 'web', 'page', 'assets'), join(root, 'dist', 'src', 'web', 'page', 'assets'), {
    recursive: true,
  });
  await bundleRewardServer(join(root, 'dist', 'reward-server.mjs'));
} else process.exitCode = 1;
