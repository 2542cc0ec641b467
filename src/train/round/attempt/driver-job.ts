import path from 'node:path';
import type { ClusterJob } from '../../../domain/cluster-job.ts';
import type { RoundSpec } from '../../../round-contract/round-spec.ts';
import type { RoundCluster } from '../cluster/round-cluster.ts';

export interface DriverJob {
  readonly key: string;
  readonly command: 'run' | 'evaluate';
  /** Name of the round directory. */
  readonly round_id: string;
  readonly attempt: number;
  readonly spec: Pick<RoundSpec, 'limits' | 'resources'>;
  readonly spec_sha256: string;
}

/** Variables of every driver: no hub, no telemetry, no threads that spin beside other work. */
const environment = {
  HF_HUB_OFFLINE: '1',
  HF_HUB_DISABLE_TELEMETRY: '1',
  OMP_WAIT_POLICY: 'passive',
  RAY_USAGE_STATS_ENABLED: '0',
};

/** Returns the job that runs a driver. */
export function driverJob(
  { roundsDir, env }: Pick<RoundCluster, 'roundsDir' | 'env'>,
  job: DriverJob,
): ClusterJob {
  const { key, command, round_id, attempt, spec_sha256 } = job;
  const { limits, resources } = job.spec;
  const roundDir = path.join(roundsDir, round_id);
  return {
    key,
    roundDir,
    attempt,
    args: [command, '--round-dir', roundDir, '--attempt', String(attempt)],
    env: { ...environment, MENDLOOP_SPEC_SHA256: spec_sha256, ...env },
    round_id,
    spec_sha256,
    graceSeconds: limits.grace_s,
    // The driver ends its last step and exports before the scheduler ends the driver.
    walltimeSeconds: limits.walltime_s + limits.grace_s,
    resources: {
      nodes: resources.nodes,
      gpusPerNode: resources.gpus_per_node,
      cpus: resources.cpus,
      memoryGb: resources.mem_gb,
    },
  };
}
