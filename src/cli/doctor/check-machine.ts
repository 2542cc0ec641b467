import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isMendloopError } from '../../domain/errors.ts';
import { failed, fail, type Finding, warn } from './finding.ts';
import { judgeDisk, judgeEngine, judgeGit } from './judge-machine.ts';
import type { DoctorPorts } from './ports.ts';

async function freeBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    const parent = dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === folder) throw error;
    return freeBytes(parent);
  }
}

export async function checkDisk(home: string): Promise<Finding> {
  try {
    return judgeDisk(home, await freeBytes(home));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return fail(
      'disk',
      `${home} cannot be looked at (${code})`,
      'Set MENDLOOP_HOME to a folder that this user may use.',
    );
  }
}

export async function checkGit(ports: DoctorPorts): Promise<Finding> {
  try {
    return judgeGit(await ports.gitVersion());
  } catch (error) {
    return { ...failed('git', error), hint: 'Install git 2.38 or newer.' };
  }
}

/** A missing engine is no failure: instances then have the similarity reward only. */
export async function checkDocker(ports: DoctorPorts): Promise<Finding> {
  try {
    return judgeEngine(await ports.engine());
  } catch (error) {
    if (!isMendloopError(error)) throw error;
    return warn('docker', `off: ${error.message}`, error.hint);
  }
}
