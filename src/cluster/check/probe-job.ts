import path from 'node:path';
import { type Cluster, type ClusterJob, isAtWork, type NativeStatus } from '../../domain/cluster-job.ts';
import type { RoundFiles } from '../../domain/round-files.ts';
import { pollUntil } from '../../time/poll-until.ts';
import type { ClusterConfig } from '../config/clusters-file.ts';
import type { RoundsDir } from '../job/round-paths.ts';
import { type ProbeReport, probeReport } from './probe-report.ts';

export interface CheckOptions {
  readonly config: ClusterConfig;
  /** Opened to run `mendloop_trainer.probe`. */
  readonly open: () => Promise<Cluster>;
  readonly rounds: RoundsDir;
  /** The folder of round directories. */
  readonly files: RoundFiles;
  /** What a job of a round gets beside its own. */
  readonly env: Readonly<Record<string, string>>;
  /** The built reward server. */
  readonly rewardServer: string;
  /** How long the job may wait and run. */
  readonly seconds: number;
  readonly onProgress: (message: string) => void;
}

const pollMs = 500;
/** Shared storage may show a file later than the scheduler shows the end of its job. */
const fileMs = 10_000;
const shownBytes = 2000;

/** A job that the scheduler accepted and that did not do its work. */
export class ProbeFailure extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

export function jobOf(round_id: string, { config, rounds, env, seconds }: CheckOptions): ClusterJob {
  const { nodes, gpus_per_node, cpus, mem_gb } = config.resources;
  const roundDir = path.posix.join(rounds.cluster, round_id);
  return {
    key: `mendloop-${round_id}-a1`,
    roundDir,
    attempt: 1,
    args: ['--dir', roundDir],
    env,
    round_id,
    spec_sha256: '0'.repeat(64),
    graceSeconds: 5,
    walltimeSeconds: seconds + 60,
    resources: { nodes, gpusPerNode: gpus_per_node, cpus, memoryGb: mem_gb },
  };
}

/** Kills a job that does not end in its time: a probe has nothing to save. */
export async function runToEnd(
  cluster: Cluster,
  job: ClusterJob,
  { seconds, onProgress }: CheckOptions,
  signal: AbortSignal,
): Promise<NativeStatus & { readonly nativeId: string }> {
  const { nativeId } = await cluster.submit(job, signal);
  let last: NativeStatus | null = null;
  const ended = async (): Promise<NativeStatus | null> => {
    const status = await cluster.status(nativeId, signal);
    if (!isAtWork(status)) return status;
    if (status.state !== last?.state) onProgress(`the job is ${status.state}`);
    last = status;
    return null;
  };
  const end = await pollUntil(ended, { intervalMs: pollMs, timeoutMs: seconds * 1000, signal });
  if (end !== null) return { ...end, nativeId };
  await cluster.kill(nativeId, signal);
  throw new ProbeFailure(`the job was ${wordOf(last)} for ${seconds} s`, 'Wait longer with --seconds N.');
}

function wordOf(status: NativeStatus | null): string {
  return `${status?.state ?? 'queued'}${status?.reason == null ? '' : ` (${status.reason})`}`;
}

interface Expected {
  readonly files: RoundFiles;
  readonly folder: string;
  readonly nonce: string;
}

/** What the job wrote, seen from here. */
export async function reportOf(
  { state, exitCode, reason, nativeId }: NativeStatus & { readonly nativeId: string },
  cluster: Cluster,
  { files, folder, nonce }: Expected,
  signal: AbortSignal,
): Promise<ProbeReport> {
  const ended = `${state}${exitCode === null ? '' : ` with ${exitCode}`}${reason === null ? '' : ` (${reason})`}`;
  if (state !== 'succeeded') {
    const said = (await cluster.logTail(nativeId, shownBytes, signal)).trim().split('\n').at(-1) ?? '';
    const hint = 'Is `python` of the cluster right, and can it import mendloop_trainer there?';
    throw new ProbeFailure(`the job ${ended}${said === '' ? '' : `: ${said}`}`, hint);
  }
  const text = await awaitFile(files, `${folder}/probe.json`, signal);
  const report = probeReport.safeParse(text === null ? null : JSON.parse(text));
  if (report.success && report.data.nonce === nonce) return report.data;
  const hint = 'rounds_dir.app and rounds_dir.cluster must be one folder, seen from the two sides.';
  throw new ProbeFailure(`the job ${ended}, and its report is not to be seen here`, hint);
}

function awaitFile(files: RoundFiles, file: string, signal: AbortSignal): Promise<string | null> {
  return pollUntil(() => files.read(file), { intervalMs: pollMs, timeoutMs: fileMs, signal });
}
