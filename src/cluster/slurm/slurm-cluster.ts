import { type Cluster, type ClusterJob, isAtWork, type NativeStatus } from '../../domain/cluster-job.ts';
import { MendloopError } from '../../domain/errors.ts';
import type { RoundFiles } from '../../domain/round-files.ts';
import { checkKey, checkSameSpec } from '../job/job-key.ts';
import { attemptOfKey, belowRounds, outputFolder } from '../job/round-paths.ts';
import { answered, type RunSlurm, type Said, submitFailure } from './commands.ts';
import { parseSacct, parseScontrol, parseSqueue, type SlurmJob, slurmStatus } from './job-state.ts';
import { batchScript, commentOf, sbatchArguments, type SlurmConfig } from './script.ts';

export interface SlurmClusterOptions {
  /** The folder of round directories. */
  readonly files: RoundFiles;
  readonly config: SlurmConfig;
  readonly run: RunSlurm;
  /** Program and first arguments that run the driver: `python -m mendloop_trainer`. */
  readonly driver: readonly string[];
}

const lost: NativeStatus = { state: 'lost', exitCode: null, reason: 'unknown_job' };
const isUnknown = ({ error }: Said): boolean => /invalid job id/i.test(error);
/** How far back accounting is asked about a job that the controller has forgotten. */
const accountingSince = 'now-30days';

/** A job is its number and its name: numbers come again after a controller lost its state. */
function nativeIdOf({ id, name }: Pick<SlurmJob, 'id' | 'name'>): string {
  return `${name}.${id}`;
}

function partsOf(nativeId: string): { readonly key: string; readonly id: string } {
  const [key = '', id = ''] = nativeId.split('.');
  if (!/^\d+$/.test(id)) throw new MendloopError('cluster_refused', 'this is no id of a Slurm job');
  return { key: checkKey(key), id };
}

/** Slurm by its own commands (docs/contracts/clusters.md#slurm). */
export class SlurmCluster implements Cluster {
  readonly kind = 'slurm';
  readonly name: string;
  readonly #config: SlurmConfig;
  readonly #run: RunSlurm;
  readonly #driver: readonly string[];
  readonly #files: RoundFiles;

  constructor({ config, files, run, driver }: SlurmClusterOptions) {
    this.name = config.name;
    this.#config = config;
    this.#run = run;
    this.#driver = driver;
    this.#files = files;
  }

  /** Slurm takes one name twice: it is looked up first, and of two jobs that slip through the second ends as duplicate. */
  async submit(job: ClusterJob, signal: AbortSignal): Promise<{ readonly nativeId: string }> {
    const known = await this.#find(checkKey(job.key), signal);
    if (known !== null) {
      // Accounting keeps comments only where it is told to (AccountingStoreFlags=job_comment).
      if (known.comment !== '') checkSameSpec(job.key, known.comment, commentOf(job));
      return { nativeId: nativeIdOf(known) };
    }
    const output = outputFolder(job.attempt);
    // Without its folder sbatch takes the job, which then fails at once.
    await this.#files.makeFolder(`${belowRounds(this.#config.rounds_dir, job.roundDir)}/${output}`);
    const args = sbatchArguments(this.#config, job, output);
    const script = batchScript(this.#config, this.#driver, job);
    const said = await this.#run('sbatch', args, signal, script);
    const id = /^(\d+)/.exec(said.stdout)?.[1];
    if (!said.ok || id === undefined) throw submitFailure(said);
    return { nativeId: nativeIdOf({ id, name: job.key }) };
  }

  async find(key: string, signal: AbortSignal): Promise<{ readonly nativeId: string } | null> {
    const found = await this.#find(checkKey(key), signal);
    return found === null ? null : { nativeId: nativeIdOf(found) };
  }

  /** The one at work, which has the lease; else the newest. */
  async #find(key: string, signal: AbortSignal): Promise<Pick<SlurmJob, 'id' | 'name' | 'comment'> | null> {
    const args = ['--noheader', '--me', '--states=all', `--name=${key}`, '--format=%i|%j|%T|%r|%k'];
    const jobs = parseSqueue(answered('squeue', await this.#run('squeue', args, signal)));
    const ours = jobs.filter(({ name }) => name === key).sort((a, b) => Number(a.id) - Number(b.id));
    const working = ours.find((job) => slurmStatus({ ...job, exit: '' }).state === 'running');
    return working ?? ours.at(-1) ?? (await this.#accounted([`--name=${key}`], signal)).at(-1) ?? null;
  }

  /** Nothing where accounting is off. */
  async #accounted(which: readonly string[], signal: AbortSignal): Promise<SlurmJob[]> {
    const fields = '--format=JobIDRaw,JobName%64,State,ExitCode,Comment%100';
    const args = ['-n', '-P', '-X', `--starttime=${accountingSince}`, fields, ...which];
    const said = await this.#run('sacct', args, signal);
    if (said.ok) return parseSacct(said.stdout);
    if (said.isBroken || /disabled/i.test(said.error)) return [];
    throw new MendloopError('cluster_unreachable', `sacct: ${said.error || 'no answer'}`);
  }

  async status(nativeId: string, signal: AbortSignal): Promise<NativeStatus> {
    const { key, id } = partsOf(nativeId);
    const said = await this.#run('scontrol', ['--oneliner', 'show', 'job', id], signal);
    if (!said.ok && !isUnknown(said)) answered('scontrol', said);
    const shown = said.ok ? parseScontrol(said.stdout) : null;
    if (shown?.name === key) return slurmStatus(shown);
    const kept = (await this.#accounted([`--jobs=${id}`], signal)).findLast(({ name }) => name === key);
    return kept === undefined ? lost : slurmStatus(kept);
  }

  /**
   * Signals the batch shell, which passes SIGTERM on to the driver: a plain `scancel` would kill the job after Slurm's own
   * KillWait, not after the grace. Slurm's refusal for a job that ended in between is no error.
   */
  async requestStop(nativeId: string, signal: AbortSignal): Promise<void> {
    const { id } = partsOf(nativeId);
    const { state } = await this.status(nativeId, signal);
    if (state === 'queued') await this.#scancel(id, signal);
    if (state !== 'running') return;
    const said = await this.#run('scancel', ['--batch', '--signal=TERM', id], signal);
    if (said.isBroken) answered('scancel', said);
  }

  async kill(nativeId: string, signal: AbortSignal): Promise<void> {
    const { id } = partsOf(nativeId);
    if (isAtWork(await this.status(nativeId, signal))) await this.#scancel(id, signal);
  }

  async #scancel(id: string, signal: AbortSignal): Promise<void> {
    const said = await this.#run('scancel', [id], signal);
    if (!isUnknown(said)) answered('scancel', said);
  }

  async logTail(nativeId: string, bytes: number, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const { key, id } = partsOf(nativeId);
    const attempt = attemptOfKey(key);
    if (attempt === null) return '';
    const folder = `${attempt.round_id}/${outputFolder(attempt.attempt)}`;
    return this.#files.tail(`${folder}/slurm-${id}.out`, bytes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held.
  }
}
