import { fail, type Finding, ok, warn } from './finding.ts';
import type { EngineAnswer } from './ports.ts';

const gibibyte = 1024 ** 3;

function atLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [, first = 0, second = 0] = (/^(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
  return first > major || (first === major && second >= minor);
}

export function judgeNode(version: string): Finding {
  if (atLeast(version.replace(/^v/, ''), [24, 0])) return ok('node', `Node ${version}`);
  return fail('node', `Node ${version} is too old`, 'Use Node 24, or the `node` package beside Mendloop.');
}

/** git 2.38 introduced `cat-file -z`, which reads paths of any name. */
export function judgeGit(version: string): Finding {
  if (atLeast(version, [2, 38])) return ok('git', `git ${version}`);
  return fail('git', `git ${version} is too old`, 'Install git 2.38 or newer.');
}

export function judgeDisk(folder: string, freeBytes: number): Finding {
  const message = `${(freeBytes / gibibyte).toFixed(1)} GiB free below ${folder}`;
  const hint = 'Free space, or point MENDLOOP_HOME to a larger disk.';
  if (freeBytes < gibibyte) return fail('disk', message, hint);
  return freeBytes < 5 * gibibyte ? warn('disk', message, hint) : ok('disk', message);
}

/** The vfs driver copies the whole image for each container: 2.9 to 3.9 s instead of 0.23 s a run. */
export function judgeEngine({ version, storageDriver }: EngineAnswer): Finding {
  const message = `Docker engine ${version}, storage ${storageDriver}`;
  if (storageDriver === 'overlay2' || storageDriver === 'overlayfs') return ok('docker', message);
  return warn(
    'docker',
    message,
    'Containers start slowly without overlay2; set the storage driver of the engine.',
  );
}

/** Tokens are dated back by a minute. GitHub refuses tokens from its future and tokens that last over ten minutes. */
export function judgeClock(skewMs: number): Finding {
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const message = `${seconds} s ${skewMs < 0 ? 'behind' : 'ahead of'} GitHub`;
  const hint = 'Let the machine set its clock by NTP.';
  if (seconds >= 60) return fail('clock', message, hint);
  return seconds >= 20 ? warn('clock', message, hint) : ok('clock', message);
}
