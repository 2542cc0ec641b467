import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../package-root.ts';
import type { RoundAssets } from '../train/round/prepare/write-directory.ts';

interface Bundler {
  bundleRewardServer(file: string): Promise<void>;
}

/** The package brings it built; a checkout builds it into `folder`, once for each process. */
async function rewardServer(folder: string): Promise<string> {
  const built = path.join(packageRoot(), 'dist', 'reward-server.mjs');
  const script = path.join(packageRoot(), 'scripts', 'bundle-reward-server.ts');
  if (!existsSync(script)) return built;
  const { bundleRewardServer } = (await import(pathToFileURL(script).href)) as Bundler;
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
