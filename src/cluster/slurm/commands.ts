import { execFile } from 'node:child_process';
import path from 'node:path';
import { MendloopError } from '../../domain/errors.ts';
import type { SlurmConfig } from './script.ts';

/** A controller that is down is given up by Slurm's own commands after 9 s. */
const timeoutMs = 30_000;
const maxBytes = 8 * 1024 * 1024;

export type SlurmCommand = 'sbatch' | 'squeue' | 'scontrol' | 'scancel' | 'sacct';

export interface Said {
  readonly ok: boolean;
  readonly stdout: string;
  /** The command's last words, on one line. */
  readonly error: string;
  /** The program was not there, or did not end in time. */
  readonly isBroken: boolean;
}

/** Rejects with the signal's reason alone: a command that fails is an answer. */
export type RunSlurm = (
  command: SlurmCommand,
  args: readonly string[],
  signal: AbortSignal,
  input?: string,
) => Promise<Said>;

const variables = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'TZ', 'SLURM_CONF'];

/** A job gets the environment of its sbatch: no variable of ours but these. */
function environmentOf({ slurm }: SlurmConfig, own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.fromEntries(variables.map((name) => [name, own[name]]));
  return { ...kept, ...(slurm.conf === undefined ? {} : { SLURM_CONF: slurm.conf }) };
}

function lastWords(stderr: string): string {
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return last.replace(/^\w+: (error: )?/, '').slice(0, 200);
}

/** Runs Slurm's own commands, which speak to every version of it. */
export function slurmCommands(config: SlurmConfig, environment: NodeJS.ProcessEnv): RunSlurm {
  const env = environmentOf(config, environment);
  return (command, args, signal, input = '') => {
    signal.throwIfAborted();
    const program = config.slurm.bin === undefined ? command : path.join(config.slurm.bin, command);
    return new Promise((resolve, reject) => {
      const options = { env, timeout: timeoutMs, maxBuffer: maxBytes, signal };
      const child = execFile(program, args, options, (error, stdout, stderr) => {
        if (signal.aborted) return reject(signal.reason as Error);
        const isBroken = error !== null && typeof error.code !== 'number';
        const words = lastWords(stderr) || (isBroken ? `${command} did not run to its end` : '');
        resolve({ ok: error === null, stdout, error: words, isBroken });
      });
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input);
    });
  };
}

/** Words of a controller that could not be asked, or not now. Slurm has no status for it: all failures end with 1. */
const transient =
  /unable to contact|connection (refused|timed out|reset)|socket timed out|zero bytes|temporarily|transport endpoint|communications? (failure|connection)|resource temporarily|munge|authentication|slurmctld/i;

/** Translates a refusal of sbatch: `cluster_unreachable` may pass, `cluster_refused` does not. */
export function submitFailure({ error, isBroken }: Said): MendloopError {
  const isTransient = isBroken || error === '' || transient.test(error);
  const code = isTransient ? 'cluster_unreachable' : 'cluster_refused';
  return new MendloopError(code, `sbatch: ${error || 'no answer'}`);
}

/** Returns the output of a command that only asks; its failure is `cluster_unreachable`, never `cluster_refused`. */
export function answered(command: SlurmCommand, said: Said): string {
  if (said.ok) return said.stdout;
  throw new MendloopError('cluster_unreachable', `${command}: ${said.error || 'no answer'}`);
}
