import { refused } from './failure.ts';
import type { ModelServer } from './vllm-server.ts';

/** A whole model under the checkpoint's id; `path` is its folder on the model server. */
export interface WholeModel {
  readonly name: string;
  readonly path: string;
}

/**
 * Proves that every replica runs this model under its name. Whole weights cannot be loaded at run time: an operator has to
 * start the server with them. Throws `model_unreachable`, or `model_refused` with the arguments to start it with.
 */
export async function proveModel(servers: readonly ModelServer[], { name, path }: WholeModel): Promise<void> {
  for (const server of servers) {
    const entry = (await server.models()).find((model) => model.id === name);
    if (entry?.root === path && entry.parent === null) {
      // Proves that the server answers under this name.
      await server.fingerprint(name);
      continue;
    }
    throw refused(`${name} is a whole model: start the server with ${path} and --served-model-name ${name}`);
  }
}
