import { z } from 'zod';
import type { NativeState, NativeStatus } from '../../domain/cluster-job.ts';

/** The exit code as a shell gives it: a signal, negative in Python and Ray, is 128 plus its number. */
function shellExitCode(code: number | null | undefined): number | null {
  if (code === null || code === undefined) return null;
  return code < 0 ? 128 - code : code;
}

/** The fields that we use of `GET /api/jobs/ID`. */
export const jobInfo = z.object({
  status: z.enum(['PENDING', 'RUNNING', 'STOPPED', 'SUCCEEDED', 'FAILED']),
  message: z.string().nullish(),
  error_type: z.string().nullish(),
  driver_exit_code: z.int().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
});
export type JobInfo = z.infer<typeof jobInfo>;

export const versionInfo = z.object({ ray_version: z.string(), session_name: z.string() });

const states: Readonly<Record<JobInfo['status'], NativeState>> = {
  PENDING: 'queued',
  RUNNING: 'running',
  STOPPED: 'cancelled',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
};

/** The state and exit code of a job (docs/contracts/clusters.md#states). A stopped job has no exit code, whatever its driver ended with. */
export function rayStatus(info: JobInfo): NativeStatus {
  const state = states[info.status];
  const isSuccess = state === 'succeeded';
  return {
    state,
    exitCode: isSuccess ? 0 : shellExitCode(info.driver_exit_code),
    reason: isSuccess ? null : (info.error_type ?? info.status),
  };
}
