import { refused } from './failure.ts';
import type { ModelServer } from './vllm-server.ts';

/** A whole model under the checkpoint's id; its folder as the model server sees it. */
export interface WholeModel {
  readonly name: string;
  readonly path: string;
}

/**
 * Proves that every replica runs this model under its name: whole weights are not loaded at run time, so whoever looks after
 * the server has started it with them. Throws `model_unreachable`, or `model_refused` with what to start.
 */
export async function proveModel(servers: readonly ModelServer[], { name, path }: WholeModel): Promise<void> {
  for (const server of servers) {
    const entry = (await server.models()).find((model) => model.id === name);
    if (entry?.root === path && entry.parent === null) {
      // It answers, and under this name.
      await server.fingerprint(name);
      continue;
    }
    throw refused(`${name} is a whole model: start the server with ${path} and --served-model-name ${name}`);
  }
}
