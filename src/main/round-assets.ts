import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { packageRoot } from '../package-root.ts';
import type { RoundAssets } from '../train/round/prepare/write-directory.ts';

/** The package contains the built file; a checkout builds it into `folder`, once for each process. */
async function rewardServer(folder: string): Promise<string> {
  const isCheckout = existsSync(path.join(packageRoot(), 'src', 'main', 'reward-server.ts'));
  if (!isCheckout) return path.join(packageRoot(), 'dist', 'reward-server.mjs');
  // Imported here only: the package does not install the bundler.
  const { bundleRewardServer } = await import('./bundle-reward-server.ts');
  const unfinished = path.join(folder, `reward-server.${process.pid}.mjs`);
  await mkdir(folder, { recursive: true });
  await bundleRewardServer(unfinished);
  const file = path.join(folder, 'reward-server.mjs');
  await rename(unfinished, file);
  return file;
}

/** Gives the files that round directories are made with. */
export function roundAssets(folder: string): () => Promise<RoundAssets> {
  let server: Promise<string> | null = null;
  return async () => ({
    rewardServer: await (server ??= rewardServer(folder)),
    rewardModule: path.join(trainerFolder(), 'mendloop_trainer', 'mendloop_reward.py'),
  });
}

export function trainerFolder(): string {
  return path.join(packageRoot(), 'trainer');
}
