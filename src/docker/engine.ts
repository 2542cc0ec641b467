import Docker from 'dockerode';
import { MendloopError } from '../domain/errors.ts';

export interface EngineFacts {
  readonly version: string;
  /** How images are stored: `overlay2`, `vfs`, … */
  readonly storageDriver: string;
}

const shortTimeoutMs = 5000;

/** Reads version and storage driver of the engine of DOCKER_HOST, else of the local one. Throws `docker_unreachable`. */
export async function readEngine(): Promise<EngineFacts> {
  const engine = new Docker({ timeout: shortTimeoutMs });
  try {
    const [{ Version }, { Driver }] = await Promise.all([
      engine.version(),
      engine.info() as Promise<{ Driver?: string }>,
    ]);
    return { version: Version, storageDriver: Driver ?? 'unknown' };
  } catch (cause) {
    throw new MendloopError('docker_unreachable', 'no Docker engine answers', { cause });
  }
}

interface EngineError {
  readonly statusCode?: number;
  readonly json?: { readonly message?: string };
}

/**
 * Runs one request to the engine. Throws `docker_refused` with the first line of a refusal, and `docker_unreachable`
 * without an answer.
 */
export async function request<T>(verb: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw translate(cause, verb);
  }
}

/** As {@link request}; returns null for a status in `harmless`, which means that there is nothing to do. */
export async function requestUnless<T>(
  harmless: readonly number[],
  verb: string,
  action: () => Promise<T>,
): Promise<T | null> {
  return request(verb, () =>
    action().catch((error: unknown) => {
      const { statusCode } = error as EngineError;
      if (statusCode !== undefined && harmless.includes(statusCode)) return null;
      throw error;
    }),
  );
}

function translate(cause: unknown, verb: string): MendloopError {
  const { statusCode, json } = cause as EngineError;
  if (statusCode === undefined) {
    return new MendloopError('docker_unreachable', 'no Docker engine answers', { cause });
  }
  const words = (json?.message ?? `status ${statusCode}`).split('\n')[0]?.slice(0, 200);
  return new MendloopError('docker_refused', `Docker cannot ${verb} the container: ${words}`, { cause });
}
