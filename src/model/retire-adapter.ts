import { pollUntil } from '../time/poll-until.ts';
import { refused, unreachable } from './failure.ts';
import type { ModelServer } from './vllm-server.ts';

export interface Draining {
  /** Until running requests must have ended. */
  readonly waitMs: number;
  readonly pollMs: number;
}

/** A request between two looks shows in neither, hence idle twice in a row. */
const idleLooks = 2;

async function drain(server: ModelServer, name: string, { waitMs, pollMs }: Draining): Promise<void> {
  let idle = 0;
  const isDrained = async (): Promise<boolean> => {
    idle = (await server.isRunning(name)) ? 0 : idle + 1;
    return idle === idleLooks;
  };
  if ((await pollUntil(isDrained, { intervalMs: pollMs, timeoutMs: waitMs })) === null) {
    throw unreachable(`${name} still answers requests after ${waitMs} ms`);
  }
}

async function isListed(server: ModelServer, name: string): Promise<boolean> {
  return (await server.models()).some((model) => model.id === name);
}

/**
 * Unloads an adapter that no alias names any more from every replica, each after its last request for it. Idempotent.
 * Throws `model_unreachable` while requests go on: it stays loaded there, and the next call goes on.
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
