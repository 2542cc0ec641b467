import { existsSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EngineName } from '../../src/domain/round.ts';
import { trainerEnvironment } from '../../src/python/trainer-environment.ts';
import { root } from '../root.ts';
import { makeModel } from './model.ts';

export interface TrainerOptions {
  /** MENDLOOP_HOME of the product. */
  readonly home: string;
  /** Whether that goes at the end: environment and model then lie in the checkout, since they are 2 GB and take minutes. */
  readonly isTemporary: boolean;
  readonly engine: EngineName;
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
}

const trainer = path.join(root, 'trainer');

/** The fake engine hashes a model's folder and never loads it. */
async function nameModel(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const card = { name: 'no-model', licence: 'Apache-2.0', is_llama: false };
  await writeFile(path.join(folder, 'mendloop-model.json'), JSON.stringify(card));
  return folder;
}

/** The product finds the environments where it would make them itself. */
async function lendEnvironments(kept: string, home: string): Promise<void> {
  const own = path.join(home, 'trainer', 'environments');
  await mkdir(path.dirname(own), { recursive: true });
  if (!existsSync(own)) await symlink(kept, own);
}

/**
 * Makes what a round of the demo needs, once: the trainer's Python environment (1.5 GB, 90 s), and the model's folder (540 MB, 25 s),
 * which it gives. Throws `trainer_missing` where this machine cannot.
 */
export async function prepareTrainer(options: TrainerOptions): Promise<string> {
  const { home, isTemporary, engine, signal, progress } = options;
  if (engine === 'fake') return nameModel(path.join(home, 'models', 'none'));
  const kept = isTemporary ? path.join(root, '.mendloop') : home;
  const environments = path.join(kept, 'trainer', 'environments');
  const { python } = await trainerEnvironment({
    folder: environments,
    trainer,
    environment: process.env,
    onProgress: progress,
    signal,
  });
  if (isTemporary) await lendEnvironments(environments, home);
  const folder = path.join(kept, 'models', 'smollm2');
  await makeModel({ python, trainer, name: 'smollm2', folder, signal, progress });
  return folder;
}
