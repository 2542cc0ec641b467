import type { ClusterJob } from '../../domain/cluster-job.ts';
import type { ClusterOfKind } from '../config/clusters-file.ts';
import { quoted, supervised } from '../job/shell.ts';

export type SlurmConfig = ClusterOfKind<'slurm'>;

/** The comment of a job names the specification of its round. */
export function commentOf({ spec_sha256 }: Pick<ClusterJob, 'spec_sha256'>): string {
  return `mendloop:${spec_sha256}`;
}

/** Escapes %, which begins a pattern in a path for sbatch. */
function literal(path: string): string {
  return path.replaceAll('%', '%%');
}

/** GPUs by their type where one is named. */
function gresOf({ slurm, resources }: SlurmConfig, job: ClusterJob): string | null {
  const { gpusPerNode } = job.resources;
  if (slurm.gres !== undefined) return slurm.gres;
  if (gpusPerNode === 0) return null;
  return resources.gpu_type === null ? `gpu:${gpusPerNode}` : `gpu:${resources.gpu_type}:${gpusPerNode}`;
}

/**
 * Options of sbatch. The batch shell alone gets SIGTERM when the job's grace is all that is left of its time; it comes up
 * to a minute early.
 */
export function sbatchArguments(config: SlurmConfig, job: ClusterJob, output: string): string[] {
  const { slurm } = config;
  const [gres, { resources }] = [gresOf(config, job), job];
  const given: Readonly<Record<string, string | null | undefined>> = {
    'job-name': job.key,
    comment: commentOf(job),
    time: String(Math.max(1, Math.ceil(job.walltimeSeconds / 60))),
    signal: `B:TERM@${Math.max(1, Math.min(65_535, Math.ceil(job.graceSeconds)))}`,
    dependency: 'singleton',
    'open-mode': 'append',
    export: 'ALL',
    output: `${literal(`${job.roundDir}/${output}`)}/slurm-%j.out`,
    chdir: job.roundDir,
    nodes: String(resources.nodes),
    'ntasks-per-node': '1',
    'cpus-per-task': String(slurm.cpus ?? resources.cpus),
    mem: slurm.memory ?? `${resources.memoryGb}G`,
    gres,
    account: slurm.account,
    partition: slurm.partition,
    qos: slurm.qos,
    constraint: slurm.constraint,
  };
  const options = Object.entries(given).filter(([, value]) => value !== null && value !== undefined);
  return ['--parsable', '--no-requeue', ...options.map(([name, value]) => `--${name}=${value}`)];
}

/** The batch script: variables, the operator's own lines, and the driver, to which SIGTERM is passed on. */
export function batchScript({ slurm }: SlurmConfig, driver: readonly string[], job: ClusterJob): string {
  const argv = [...driver, ...job.args];
  return [
    '#!/bin/bash',
    ...slurm.sbatch.map((option) => `#SBATCH ${option}`),
    ...Object.entries(job.env).map(([name, value]) => `export ${name}=${quoted(value)}`),
    ...slurm.setup,
    supervised(argv.map(quoted).join(' ')),
    'exit "$status"',
    '',
  ].join('\n');
}
