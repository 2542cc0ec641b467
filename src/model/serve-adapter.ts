import { isMendloopError } from '../domain/errors.ts';
import { refused } from './failure.ts';
import { distance, type Fingerprint } from './fingerprint.ts';
import type { ServedModel } from './schema.ts';
import type { ModelServer } from './vllm-server.ts';

export interface Adapter {
  /** The checkpoint's id: a name that no other weights ever had, so that nothing is ever loaded in place. */
  readonly name: string;
  /** Its folder as the model server sees it. */
  readonly path: string;
  /** The folder of the model that it was trained on; null where nobody knows it. */
  readonly base: string | null;
}

/** Below it, in nats, the adapter changes nothing: it is not applied, or it was not trained. */
const leastEffect = 0.001;
/** Rounding and batching move one replica's numbers against another's by less. */
const mostBetweenReplicas = 0.25;

function entryOf(models: readonly ServedModel[], { name, path }: Adapter): ServedModel | null {
  const entry = models.find((model) => model.id === name);
  if (entry === undefined) return null;
  if (entry.root !== path) throw refused(`${name} is loaded there from another folder`);
  return entry;
}

/** Name of the base that the adapter is on. */
function baseOf(models: readonly ServedModel[], adapter: Adapter): string {
  const entry = entryOf(models, adapter);
  if (entry === null) throw refused(`${adapter.name} was loaded, and is not in its list`);
  const base = models.find((model) => model.id === entry.parent && model.parent === null);
  if (base === undefined) throw refused(`${adapter.name} has no base model in its list`);
  // An adapter on other weights is a model that nobody evaluated.
  if (adapter.base !== null && base.root !== adapter.base) {
    throw refused(`${adapter.name} belongs on ${adapter.base}, and the server runs ${base.root ?? base.id}`);
  }
  return base.id;
}

/** True when this call loaded it. A load that was cut off and done all the same is success. */
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
  if (distance(own, await server.fingerprint(base)) < leastEffect) {
    throw refused(`${adapter.name} answers exactly as its base model does`);
  }
  if (first !== null && distance(own, first) > mostBetweenReplicas) {
    throw refused(`${adapter.name} answers otherwise than on the first replica`);
  }
  return own;
}

/** What was loaded and could not be proven must not stay under its name; a server that is gone has nothing to clean. */
async function takeBack(loaded: readonly ModelServer[], name: string): Promise<void> {
  for (const server of loaded) await server.unloadAdapter(name).catch(() => undefined);
}

/**
 * Loads the adapter on every replica, one after the other, and proves on each that the name means this adapter: its folder
 * and the base that it was trained on as listed, answers under its name that differ from the base's and agree with the first replica's. Idempotent.
 * Throws `model_unreachable` or `model_refused`; then what this call has loaded is unloaded again.
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
    await takeBack(loaded, adapter.name);
    throw error;
  }
}
