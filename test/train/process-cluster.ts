import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { MendloopError } from '../../src/domain/errors.ts';
import type { Cluster, ClusterJob, NativeState, NativeStatus } from '../../src/domain/ports/cluster.ts';

interface Job {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
}

/** Jobs are real child processes of the test, with the real driver; the scheduler's own failures can be chosen. */
export class ProcessCluster implements Cluster {
  readonly name = 'local';
  readonly kind = 'local';
  readonly #environment: Readonly<Record<string, string>>;
  readonly #jobs = new Map<string, Job>();
  /** Keys in the order in which something was really started. */
  readonly started: string[] = [];
  /** What was asked of jobs that run, such as `requestStop mendloop-r-1-a1`. */
  readonly asked: string[] = [];
  /** Nobody answers. */
  unreachable = false;
  /** The next submission reaches the scheduler, and its answer is lost. */
  loseAnswer = false;
  /** It knows none of its jobs any more, though they run. */
  forgetful = false;

  constructor(environment: Readonly<Record<string, string>>) {
    this.#environment = environment;
  }

  async submit(job: ClusterJob, signal: AbortSignal): Promise<{ readonly nativeId: string }> {
    this.#answer(signal);
    if (!this.#jobs.has(job.key)) this.#start(job);
    if (this.loseAnswer) {
      this.loseAnswer = false;
      throw new MendloopError('cluster_unreachable', 'the answer was lost');
    }
    return { nativeId: job.key };
  }

  #start({ key, args, env }: ClusterJob): void {
    this.started.push(key);
    const child = spawn('python3', ['-m', 'mendloop_trainer', ...args], {
      env: { ...this.#environment, ...env },
      stdio: 'ignore',
    });
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    this.#jobs.set(key, { child, ended });
  }

  #answer(signal: AbortSignal): void {
    signal.throwIfAborted();
    if (this.unreachable) throw new MendloopError('cluster_unreachable', 'nobody answers');
  }

  async find(key: string, signal: AbortSignal): Promise<{ readonly nativeId: string } | null> {
    this.#answer(signal);
    return this.#jobs.has(key) && !this.forgetful ? { nativeId: key } : null;
  }

  async status(nativeId: string, signal: AbortSignal): Promise<NativeStatus> {
    this.#answer(signal);
    const child = this.#jobs.get(nativeId)?.child;
    if (child === undefined || this.forgetful) return { state: 'lost', exitCode: null, reason: null };
    const { exitCode, signalCode } = child;
    if (exitCode === null && signalCode === null) return { state: 'running', exitCode: null, reason: null };
    const code = exitCode ?? 128 + constants.signals[signalCode ?? 'SIGKILL'];
    const state: NativeState = code === 0 ? 'succeeded' : 'failed';
    return { state, exitCode: code, reason: null };
  }

  async requestStop(nativeId: string, signal: AbortSignal): Promise<void> {
    this.#answer(signal);
    this.asked.push(`requestStop ${nativeId}`);
    this.#jobs.get(nativeId)?.child.kill('SIGTERM');
  }

  async kill(nativeId: string, signal: AbortSignal): Promise<void> {
    this.#answer(signal);
    this.asked.push(`kill ${nativeId}`);
    this.crash(nativeId);
  }

  async logTail(): Promise<string> {
    return '';
  }

  /** What a process does on storage that hangs: it lives, does nothing and heeds nothing but SIGKILL. */
  freeze(nativeId: string): void {
    this.#jobs.get(nativeId)?.child.kill('SIGSTOP');
  }

  /** What a machine does that fails. */
  crash(nativeId: string): void {
    this.#jobs.get(nativeId)?.child.kill('SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { child, ended } of this.#jobs.values()) {
      child.kill('SIGKILL');
      await ended;
    }
  }
}
