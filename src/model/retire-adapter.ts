import { pollUntil } from '../time/poll-until.ts';
import { refused, unreachable } from './failure.ts';
import type { ModelServer } from './vllm-server.ts';

export interface Draining {
  /** Time until the running requests must have ended. */
  readonly waitMs: number;
  readonly pollMs: number;
}

/** The metrics miss a request that comes between two polls, so that the adapter must be idle twice in a row. */
const idlePolls = 2;

async function drain(server: ModelServer, name: string, { waitMs, pollMs }: Draining): Promise<void> {
  let idle = 0;
  const isDrained = async (): Promise<boolean> => {
    idle = (await server.isRunning(name)) ? 0 : idle + 1;
    return idle === idlePolls;
  };
  if ((await pollUntil(isDrained, { intervalMs: pollMs, timeoutMs: waitMs })) === null) {
    throw unreachable(`${name} still answers requests after ${waitMs} ms`);
  }
}

async function isListed(server: ModelServer, name: string): Promise<boolean> {
  return (await server.models()).some((model) => model.id === name);
}

/**
 * Unloads an adapter that no alias names from every replica, after its last request there. Idempotent. Throws
 * `model_unreachable` when its requests do not end in time: the adapter stays loaded there, and a later call continues.
 */
export async function retireAdapter(
  servers: readonly ModelServer[],
  name: string,
  draining: Draining,
): Promise<void> {
  for (const server of servers) {
    if (!(await isListed(server, name))) continue;
    await drain(server, name, draining);
    await server.unloadAdapter(name);
    if (await isListed(server, name)) throw refused(`${name} was unloaded, and is still in its list`);
  }
}
