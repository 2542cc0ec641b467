import { isMendloopError } from '../domain/errors.ts';
import { refused } from './failure.ts';
import { distance, type Fingerprint } from './fingerprint.ts';
import type { ServedModel } from './schema.ts';
import type { ModelServer } from './vllm-server.ts';

export interface Adapter {
  /** The checkpoint's id. No other weights ever have this name, so that no adapter is replaced in place. */
  readonly name: string;
  /** Folder of the adapter, as a path on the model server. */
  readonly path: string;
  /** Folder of the base model that it was trained on; null when unknown. */
  readonly base: string | null;
}

/** In nats. An adapter with less effect is not applied by the server, or was not trained. */
const minEffect = 0.001;
/** In nats. Rounding and batching cause smaller differences between replicas. */
const maxBetweenReplicas = 0.25;

function entryOf(models: readonly ServedModel[], { name, path }: Adapter): ServedModel | null {
  const entry = models.find((model) => model.id === name);
  if (entry === undefined) return null;
  if (entry.root !== path) throw refused(`${name} is loaded there from another folder`);
  return entry;
}

/** Name of the base model that the adapter is loaded on. */
function baseOf(models: readonly ServedModel[], adapter: Adapter): string {
  const entry = entryOf(models, adapter);
  if (entry === null) throw refused(`${adapter.name} was loaded, and is not in its list`);
  const base = models.find((model) => model.id === entry.parent && model.parent === null);
  if (base === undefined) throw refused(`${adapter.name} has no base model in its list`);
  // An adapter on other weights is a model that was never evaluated.
  if (adapter.base !== null && base.root !== adapter.base) {
    throw refused(`${adapter.name} belongs on ${adapter.base}, and the server runs ${base.root ?? base.id}`);
  }
  return base.id;
}

/** Returns true when this call loaded the adapter. A load that finished although its answer was lost is success. */
async function load(server: ModelServer, adapter: Adapter): Promise<boolean> {
  if (entryOf(await server.models(), adapter) !== null) return false;
  try {
    await server.loadAdapter(adapter.name, adapter.path);
  } catch (error) {
    if (!isMendloopError(error)) throw error;
    const listed = await server.models().catch(() => []);
    if (entryOf(listed, adapter) === null) throw error;
  }
  return true;
}

async function prove(server: ModelServer, adapter: Adapter, first: Fingerprint | null): Promise<Fingerprint> {
  const base = baseOf(await server.models(), adapter);
  const own = await server.fingerprint(adapter.name);
  if (distance(own, await server.fingerprint(base)) < minEffect) {
    throw refused(`${adapter.name} answers exactly as its base model does`);
  }
  if (first !== null && distance(own, first) > maxBetweenReplicas) {
    throw refused(`${adapter.name} answers otherwise than on the first replica`);
  }
  return own;
}

/** An adapter that is not proven must not stay under its name. A server that does not answer is skipped. */
async function unloadFrom(loaded: readonly ModelServer[], name: string): Promise<void> {
  for (const server of loaded) await server.unloadAdapter(name).catch(() => undefined);
}

/**
 * Loads the adapter on the replicas, one after the other, and proves on each that the name means this adapter: the server
 * lists its folder and base model, and its answers differ from the base's and agree with the first replica's. Idempotent.
 * Throws `model_unreachable` or `model_refused` after unloading the adapter where this call loaded it.
 */
export async function serveAdapter(
  servers: readonly ModelServer[],
  adapter: Adapter,
): Promise<Fingerprint | null> {
  const loaded: ModelServer[] = [];
  let first: Fingerprint | null = null;
  try {
    for (const server of servers) {
      if (await load(server, adapter)) loaded.push(server);
      const own = await prove(server, adapter, first);
      first ??= own;
    }
    return first;
  } catch (error) {
    await unloadFrom(loaded, adapter.name);
    throw error;
  }
}
