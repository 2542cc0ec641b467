import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { MendloopError } from '../domain/errors.ts';

const execute = promisify(execFile);
const names = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11'];
const check = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))';

/** The first Python on the PATH that is 3.11 or newer and can create virtual environments; null when there is none. */
export async function findPython(environment: NodeJS.ProcessEnv): Promise<string | null> {
  for (const name of names) {
    const fits = await execute(name, ['-c', check], { env: environment }).then(
      () => true,
      () => false,
    );
    if (fits) return name;
  }
  return null;
}

/** As {@link findPython}; throws `trainer_missing` instead of returning null. */
export async function requirePython(environment: NodeJS.ProcessEnv): Promise<string> {
  const python = await findPython(environment);
  if (python !== null) return python;
  throw new MendloopError('trainer_missing', 'no Python 3.11 or newer with venv is on the PATH');
}
