import path from 'node:path';
import { trainerEnvironment } from '../../src/python/trainer-environment.ts';

/**
 * The Python of an engine, or null where it cannot be made: then its tests are skipped. In CI that is an error instead, so that
 * nobody takes a run without them for a whole one.
 */
export async function enginePython(root: string, engine: 'trl' | 'verl'): Promise<string | null> {
  try {
    const { python } = await trainerEnvironment({
      folder: path.join(root, '.mendloop', 'trainer', 'environments'),
      trainer: path.join(root, 'trainer'),
      lock: `requirements-${engine}.lock`,
      environment: process.env,
      onProgress: (message) => console.log(message),
    });
    return python;
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    console.log(`the environment of ${engine} cannot be made, and its tests are skipped: ${String(error)}`);
    return null;
  }
}
