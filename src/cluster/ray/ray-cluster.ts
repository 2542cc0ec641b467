import type { Cluster, ClusterJob, NativeStatus } from '../../domain/cluster-job.ts';
import { MendloopError } from '../../domain/errors.ts';
import type { RoundFiles } from '../../domain/round-files.ts';
import { checkKey, checkSameSpec } from '../job/job-key.ts';
import { attemptOfKey, belowRounds, outputFolder } from '../job/round-paths.ts';
import type { AskRay, RayResponse } from './http.ts';
import { type JobInfo, jobInfo, rayStatus, versionInfo } from './job-info.ts';
import { outputFile, type RayConfig, submissionOf } from './submission.ts';

export interface RayClusterOptions {
  /** The folder of round directories. */
  readonly files: RoundFiles;
  readonly config: RayConfig;
  readonly ask: AskRay;
  /** Program and first arguments that run the driver: `python -m mendloop_trainer`. */
  readonly driver: readonly string[];
}

/** Only numbers and Ray's own names: its texts hold tracebacks. */
function unexpected(what: string, { status }: RayResponse): MendloopError {
  return new MendloopError('cluster_unreachable', `Ray answered ${what} with ${status}`);
}

function partsOf(nativeId: string): { readonly key: string; readonly session: string } {
  const at = nativeId.indexOf('@');
  const [key, session] = at < 0 ? [nativeId, ''] : [nativeId.slice(0, at), nativeId.slice(at + 1)];
  return { key: checkKey(key), session };
}

/** Ray by its Jobs API (docs/contracts/clusters.md#ray). */
export class RayCluster implements Cluster {
  readonly kind = 'ray';
  readonly name: string;
  readonly #config: RayConfig;
  readonly #ask: AskRay;
  readonly #driver: readonly string[];
  readonly #files: RoundFiles;

  constructor({ config, files, ask, driver }: RayClusterOptions) {
    this.name = config.name;
    this.#config = config;
    this.#ask = ask;
    this.#driver = driver;
    this.#files = files;
  }

  async submit(job: ClusterJob, signal: AbortSignal): Promise<{ readonly nativeId: string }> {
    checkKey(job.key);
    const folder = belowRounds(this.#config.rounds_dir, job.roundDir);
    await this.#files.makeFolder(`${folder}/${outputFolder(job.attempt)}`);
    const body = submissionOf(this.#config, this.#driver, job);
    const answer = await this.#ask('POST', '/api/jobs/', signal, body);
    if (answer.status !== 200) await this.#afterRefusal(job, answer, signal);
    return this.#nativeId(job.key, signal);
  }

  /**
   * A key that Ray has already is answered with 500 and a traceback (docs/contracts/clusters.md#second-submission): what Ray
   * knows decides, not the text.
   */
  async #afterRefusal(job: ClusterJob, answer: RayResponse, signal: AbortSignal): Promise<void> {
    if (answer.status >= 400 && answer.status < 500) {
      throw new MendloopError('cluster_refused', `Ray refused the job with ${answer.status}`);
    }
    const known = await this.#info(job.key, signal);
    if (known === null) throw unexpected('a submission', answer);
    checkSameSpec(job.key, known.metadata?.['spec_sha256'], job.spec_sha256);
  }

  /** The id holds the session of the head: a restarted head has another session and has forgotten all jobs. */
  async #nativeId(key: string, signal: AbortSignal): Promise<{ readonly nativeId: string }> {
    return { nativeId: `${key}@${await this.#session(signal)}` };
  }

  async #session(signal: AbortSignal): Promise<string> {
    const answer = await this.#ask('GET', '/api/version', signal);
    const version = versionInfo.safeParse(answer.json);
    if (answer.status !== 200 || !version.success) throw unexpected('its version', answer);
    return version.data.session_name;
  }

  /** Null where Ray does not know the job. */
  async #info(key: string, signal: AbortSignal): Promise<JobInfo | null> {
    const answer = await this.#ask('GET', `/api/jobs/${key}`, signal);
    if (answer.status === 404) return null;
    const info = jobInfo.safeParse(answer.json);
    if (answer.status !== 200 || !info.success) throw unexpected('a question about a job', answer);
    return info.data;
  }

  async find(key: string, signal: AbortSignal): Promise<{ readonly nativeId: string } | null> {
    return (await this.#info(checkKey(key), signal)) === null ? null : this.#nativeId(key, signal);
  }

  async status(nativeId: string, signal: AbortSignal): Promise<NativeStatus> {
    const { key, session } = partsOf(nativeId);
    const info = await this.#info(key, signal);
    if (info !== null) return rayStatus(info);
    const isForgotten = session !== '' && session !== (await this.#session(signal));
    return { state: 'lost', exitCode: null, reason: isForgotten ? 'head_restarted' : 'unknown_job' };
  }

  /**
   * Ray kills the driver by itself, 10 s after the grace that the job was submitted with. A job that still waits for resources
   * stays PENDING after a stop, until Ray's start timeout (15 minutes) makes it FAILED.
   */
  async requestStop(nativeId: string, signal: AbortSignal): Promise<void> {
    const { key } = partsOf(nativeId);
    const answer = await this.#ask('POST', `/api/jobs/${key}/stop`, signal);
    if (answer.status !== 200 && answer.status !== 404) throw unexpected('a stop', answer);
  }

  /** Ray has one stop only, whose own deadline kills: asking once more covers a request that a restarted head has forgotten. */
  async kill(nativeId: string, signal: AbortSignal): Promise<void> {
    await this.requestStop(nativeId, signal);
  }

  async logTail(nativeId: string, bytes: number, signal: AbortSignal): Promise<string> {
    const { key } = partsOf(nativeId);
    const attempt = attemptOfKey(key);
    const file = attempt && `${attempt.round_id}/${outputFile(attempt.attempt)}`;
    const own = file && (await this.#files.tail(file, bytes));
    if (own) return own;
    // A driver that never started: the shell's words, of which Ray keeps the last lines.
    const message = (await this.#info(key, signal))?.message ?? '';
    return Buffer.from(message).subarray(-bytes).toString('utf8');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held.
  }
}
