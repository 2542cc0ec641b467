import { spawnSync } from 'node:child_process';

const names = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11'];
const check = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))';

/** The first Python of the PATH that is 3.11 or newer and can make virtual environments; null where there is none. */
export function findPython(): string | null {
  return names.find((name) => spawnSync(name, ['-c', check], { stdio: 'ignore' }).status === 0) ?? null;
}
