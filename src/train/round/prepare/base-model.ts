import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { MendloopError } from '../../../domain/errors.ts';
import type { RoundSpec } from '../../../round-contract/round-spec.ts';
import { treeSha256 } from '../../checkpoint/tree-hash.ts';

export type BaseModel = RoundSpec['model']['base'];

/** What a folder says of its model in `mendloop-model.json`, since its licence decides how a descendant may be named. */
const card = z.object({ name: z.string().min(1), licence: z.string().min(1), is_llama: z.boolean() });

async function readCard(folder: string): Promise<z.infer<typeof card>> {
  const text = await readFile(path.join(folder, 'mendloop-model.json'), 'utf8').catch(() => null);
  // Without one nothing is known of the licence; the stricter rule of names is for models that say they are Llamas.
  if (text === null) {
    const name = path.basename(folder);
    return { name, licence: 'unknown', is_llama: /^(meta-)?llama/i.test(name) };
  }
  try {
    return card.parse(JSON.parse(text));
  } catch (cause) {
    throw new MendloopError('round_invalid', 'mendloop-model.json of the base model is not valid', { cause });
  }
}

/** Reads every byte of the folder; one that cannot be read is `round_invalid`. */
export async function describeModel(folder: string): Promise<BaseModel> {
  const absolute = path.resolve(folder);
  const tree_sha256 = await treeSha256(absolute);
  return { uri: pathToFileURL(absolute).href, tree_sha256, ...(await readCard(absolute)) };
}
