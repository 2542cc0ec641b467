import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, ClusterJob, NativeStatus } from '../../domain/cluster-job.ts';
import { isAtWork } from '../await-end.ts';
import type { ClusterConfig } from '../config/clusters-file.ts';
import type { RoundsDir } from '../round-paths.ts';
import { type ProbeReport, probeReport } from './probe-report.ts';

export interface CheckOptions {
  readonly config: ClusterConfig;
  /** Opened to run `mendloop_trainer.probe`. */
  readonly open: () => Promise<Cluster>;
  readonly rounds: RoundsDir;
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

/** What is wrong with a job that was taken and did not do. */
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

/** Cancels a job that does not end in its time. */
export async function runToEnd(
  cluster: Cluster,
  job: ClusterJob,
  { seconds, onProgress }: CheckOptions,
): Promise<NativeStatus & { readonly nativeId: string }> {
  const { nativeId } = await cluster.submit(job);
  let shown = '';
  for (const ends = Date.now() + seconds * 1000; ; await sleep(pollMs)) {
    const status = await cluster.status(nativeId);
    if (!isAtWork(status)) return { ...status, nativeId };
    if (status.state !== shown) onProgress(`the job is ${status.state}`);
    shown = status.state;
    if (Date.now() < ends) continue;
    await cluster.cancel(nativeId, job.graceSeconds);
    const why = status.reason === null ? '' : ` (${status.reason})`;
    throw new ProbeFailure(
      `the job was ${status.state}${why} for ${seconds} s`,
      'Wait longer with --seconds N.',
    );
  }
}

interface Expected {
  readonly folder: string;
  readonly nonce: string;
}

/** What the job wrote, seen from here. */
export async function reportOf(
  { state, exitCode, reason, nativeId }: NativeStatus & { readonly nativeId: string },
  cluster: Cluster,
  { folder, nonce }: Expected,
): Promise<ProbeReport> {
  const ended = `${state}${exitCode === null ? '' : ` with ${exitCode}`}${reason === null ? '' : ` (${reason})`}`;
  if (state !== 'succeeded') {
    const said = (await cluster.logTail(nativeId, shownBytes)).trim().split('\n').at(-1) ?? '';
    const hint = 'Is `python` of the cluster right, and can it import mendloop_trainer there?';
    throw new ProbeFailure(`the job ${ended}${said === '' ? '' : `: ${said}`}`, hint);
  }
  const text = await awaitFile(path.join(folder, 'probe.json'));
  const report = probeReport.safeParse(text === null ? null : JSON.parse(text));
  if (report.success && report.data.nonce === nonce) return report.data;
  const hint = 'rounds_dir.app and rounds_dir.cluster must be one folder, seen from the two sides.';
  throw new ProbeFailure(`the job ${ended}, and its report is not to be seen here`, hint);
}

async function awaitFile(file: string): Promise<string | null> {
  for (const ends = Date.now() + fileMs; ; await sleep(pollMs)) {
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text !== null || Date.now() > ends) return text;
  }
}
