import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { MendloopError } from '../../../domain/errors.ts';
import type { RoundFiles } from '../../../domain/ports/round-files.ts';
import type { RoundSpec } from '../../../round-contract/round-spec.ts';

export type BaseModel = RoundSpec['model']['base'];

const cardName = 'mendloop-model.json';
/** What a folder says of its model in `mendloop-model.json`, since its licence decides how a descendant may be named. */
const card = z.object({ name: z.string().min(1), licence: z.string().min(1), is_llama: z.boolean() });

/** A folder of a model, as we reach it. */
export interface ModelFolder {
  readonly files: RoundFiles;
  /** Path below `files`. */
  readonly path: string;
}

async function readCard({ files, path: folder }: ModelFolder, name: string): Promise<z.infer<typeof card>> {
  const text = await files.read(folder === '' ? cardName : `${folder}/${cardName}`);
  // Without a card nothing is known of the licence; the stricter rule of names is for models that say they are Llamas.
  if (text === null) return { name, licence: 'unknown', is_llama: /^(meta-)?llama/i.test(name) };
  try {
    return card.parse(JSON.parse(text));
  } catch (cause) {
    throw new MendloopError('round_invalid', 'mendloop-model.json of the base model is not valid', { cause });
  }
}

/**
 * Reads every byte of a model. `folder` is its absolute path on the cluster's machines. Throws `round_invalid` where the model
 * cannot be read.
 */
export async function describeModel(model: ModelFolder, folder: string): Promise<BaseModel> {
  const tree_sha256 = await model.files.hashTree(model.path);
  return { uri: pathToFileURL(folder).href, tree_sha256, ...(await readCard(model, path.basename(folder))) };
}
