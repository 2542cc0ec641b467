import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { Cluster, ClusterJob, NativeStatus } from '../../domain/cluster-job.ts';
import { MendloopError } from '../../domain/errors.ts';
import { pollUntil } from '../../time/poll-until.ts';
import { checkKey, checkSameSpec } from '../job/job-key.ts';
import { JobFolder, supervisor } from './job-folder.ts';
import { isAlive, type ProcessIdentity } from './process-identity.ts';

export interface LocalClusterOptions {
  readonly name: string;
  /** Program and first arguments that run the driver: `python -m mendloop_trainer`. */
  readonly driver: readonly string[];
  /** Holds a folder for each job. */
  readonly folder: string;
  /** What a job gets beside its own variables. */
  readonly environment: Readonly<Record<string, string>>;
}

const startPatienceMs = 10_000;

/** This machine as a cluster: each job is a process of its own, found again by its files after a restart of Mendloop. */
export class LocalCluster implements Cluster {
  readonly kind = 'local';
  readonly name: string;
  readonly #options: LocalClusterOptions;

  constructor(options: LocalClusterOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async submit(job: ClusterJob, signal: AbortSignal): Promise<{ readonly nativeId: string }> {
    signal.throwIfAborted();
    const files = this.#filesOf(job.key);
    checkSameSpec(job.key, await files.reserve(job.spec_sha256), job.spec_sha256);
    if ((await files.claimedAt()) === null) await this.#start(job, files, signal);
    return { nativeId: job.key };
  }

  async #start(job: ClusterJob, files: JobFolder, signal: AbortSignal): Promise<void> {
    const output = await open(files.output, 'a');
    try {
      const argv = ['-c', supervisor, 'mendloop', ...this.#options.driver, ...job.args];
      const child = spawn('/bin/sh', argv, {
        cwd: files.folder,
        env: { ...this.#options.environment, ...job.env },
        stdio: ['ignore', output.fd, output.fd],
        detached: true,
      });
      child.on('error', () => undefined);
      child.unref();
    } finally {
      await output.close();
    }
    const started = () => files.process('driver');
    const driver = await pollUntil(started, { intervalMs: 10, timeoutMs: startPatienceMs, signal });
    signal.throwIfAborted();
    if (driver === null) throw new MendloopError('cluster_unreachable', 'the driver did not start');
  }

  async find(key: string, signal: AbortSignal): Promise<{ readonly nativeId: string } | null> {
    signal.throwIfAborted();
    return (await this.#filesOf(key).claimedAt()) === null ? null : { nativeId: key };
  }

  async status(nativeId: string, signal: AbortSignal): Promise<NativeStatus> {
    signal.throwIfAborted();
    const files = this.#filesOf(nativeId);
    if ((await files.claimedAt()) === null) return { state: 'lost', exitCode: null, reason: 'unknown_job' };
    if (await files.isStarting(Date.now())) return { state: 'queued', exitCode: null, reason: null };
    // In this order: a job that ends in between has its status in the file by then.
    const alive = await this.#living(files);
    const exitCode = await files.exitCode();
    if (exitCode !== null) return { state: exitCode === 0 ? 'succeeded' : 'failed', exitCode, reason: null };
    if (alive.length > 0) return { state: 'running', exitCode: null, reason: null };
    return { state: 'lost', exitCode: null, reason: 'process_gone' };
  }

  /** Returns the driver and the supervisor that are alive: a driver outlives a supervisor that was killed. */
  async #living(files: JobFolder): Promise<ProcessIdentity[]> {
    const known = await Promise.all([files.process('driver'), files.process('supervisor')]);
    const living: ProcessIdentity[] = [];
    for (const one of known) if (one !== null && (await isAlive(one))) living.push(one);
    return living;
  }

  async requestStop(nativeId: string, signal: AbortSignal): Promise<void> {
    await this.#send('SIGTERM', nativeId, signal);
  }

  async kill(nativeId: string, signal: AbortSignal): Promise<void> {
    await this.#send('SIGKILL', nativeId, signal);
  }

  /** Signals the driver alone where it lives: its supervisor stays and writes down how the driver ended. */
  async #send(name: 'SIGTERM' | 'SIGKILL', nativeId: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const [driverOrSupervisor] = await this.#living(this.#filesOf(nativeId));
    if (driverOrSupervisor === undefined) return;
    try {
      process.kill(driverOrSupervisor.pid, name);
    } catch {
      // It ended in between.
    }
  }

  async logTail(nativeId: string, bytes: number, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    return fileTail(this.#filesOf(nativeId).output, bytes);
  }

  #filesOf(key: string): JobFolder {
    return new JobFolder(path.join(this.#options.folder, checkKey(key)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Jobs go on without the app.
  }
}

/** The last bytes of a file, as text; nothing where there is no file. */
export async function fileTail(file: string, bytes: number): Promise<string> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) return '';
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, bytes);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
