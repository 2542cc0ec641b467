import path from 'node:path';
import type { ClusterJob } from '../../domain/cluster-job.ts';
import type { ClusterOfKind } from '../config/clusters-file.ts';
import { outputFolder } from '../job/round-paths.ts';
import { quoted } from '../job/shell.ts';

export type RayConfig = ClusterOfKind<'ray'>;

/** The driver's output, below its round directory: Ray's own log cannot be read in parts, nor when it is not UTF-8. */
export function outputFile(attempt: number): string {
  return path.posix.join(outputFolder(attempt), 'ray.out');
}

/**
 * The body of `POST /api/jobs/`: core fields only, an unknown one is refused by older servers. With `exec` the signals and
 * the exit status of the job are those of the driver. Ray kills 3 s after its SIGTERM unless told otherwise, and gives jobs
 * that reserve no CPU one thread. The variables stand in the entrypoint: in those of a runtime_env Ray fills in every `$NAME`.
 */
export function submissionOf({ ray }: RayConfig, driver: readonly string[], job: ClusterJob): object {
  const variables = { OMP_NUM_THREADS: String(job.resources.cpus), ...job.env };
  const given = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const argv = ['env', ...given, ...driver, ...job.args].map(quoted).join(' ');
  const output = quoted(path.posix.join(job.roundDir, outputFile(job.attempt)));
  return {
    entrypoint: `exec ${argv} >>${output} 2>&1`,
    submission_id: job.key,
    runtime_env: {
      env_vars: { RAY_JOB_STOP_WAIT_TIME_S: String(Math.ceil(job.graceSeconds) + 10) },
    },
    metadata: {
      mendloop_round: job.round_id,
      mendloop_attempt: String(job.attempt),
      spec_sha256: job.spec_sha256,
    },
    entrypoint_num_cpus: ray.entrypoint_cpus,
    entrypoint_num_gpus: ray.entrypoint_gpus,
  };
}
