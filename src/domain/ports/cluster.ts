/** What a scheduler is asked to run: the driver of one attempt of a round. */
export interface ClusterJob {
  /** `mendloop-<round_id>-a<attempt>`, of [a-z0-9-] and at most 52 characters: the scheduler's name for the job. */
  readonly key: string;
  /** Path of the round directory as the cluster's machines see it. */
  readonly roundDir: string;
  readonly attempt: number;
  /** Arguments of `python -m mendloop_trainer`; the cluster's configuration says which Python. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly round_id: string;
  readonly spec_sha256: string;
  readonly graceSeconds: number;
  readonly walltimeSeconds: number;
  readonly resources: {
    readonly nodes: number;
    readonly gpusPerNode: number;
    readonly cpus: number;
    readonly memoryGb: number;
  };
}

export type NativeState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'lost';

export interface NativeStatus {
  readonly state: NativeState;
  /** Exit code of the driver where the scheduler knows one; a signal as 128 + its number. */
  readonly exitCode: number | null;
  /** The scheduler's own word, such as `NODE_FAIL`; no text of a log. */
  readonly reason: string | null;
}

export function isAtWork({ state }: NativeStatus): boolean {
  return state === 'queued' || state === 'running';
}

/**
 * One scheduler (docs/contracts/clusters.md). Errors are `cluster_unreachable` (retry) and `cluster_refused` (do not). An operation whose signal is aborted
 * rejects with the signal's reason; the scheduler may have done it all the same.
 */
export interface Cluster extends AsyncDisposable {
  readonly name: string;
  readonly kind: 'local' | 'docker' | 'ray' | 'slurm';
  /** Idempotent by key: a job that is there already under this key and spec is success; under another spec `cluster_refused`. */
  submit(job: ClusterJob, signal: AbortSignal): Promise<{ readonly nativeId: string }>;
  find(key: string, signal: AbortSignal): Promise<{ readonly nativeId: string } | null>;
  status(nativeId: string, signal: AbortSignal): Promise<NativeStatus>;
  /**
   * Asks the driver to stop, by SIGTERM, and returns without waiting for the end. A job that no driver has yet leaves the queue.
   * A job that ended or is unknown is success.
   */
  requestStop(nativeId: string, signal: AbortSignal): Promise<void>;
  /** Ends a job that did not heed `requestStop`, and returns without waiting for the end. A job that ended or is unknown is success. */
  kill(nativeId: string, signal: AbortSignal): Promise<void>;
  /** The newest of what the scheduler kept of its output, at most `bytes`. */
  logTail(nativeId: string, bytes: number, signal: AbortSignal): Promise<string>;
}
