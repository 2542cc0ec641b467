import Docker from 'dockerode';
import { MendloopError } from '../domain/errors.ts';

export interface EngineFacts {
  readonly version: string;
  /** How images are stored: `overlay2`, `vfs`, … */
  readonly storageDriver: string;
}

const timeoutMs = 5000;

/** Asks the engine of DOCKER_HOST, else the local one, about itself. Throws `docker_unreachable`. */
export async function readEngine(): Promise<EngineFacts> {
  const engine = new Docker({ timeout: timeoutMs });
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
