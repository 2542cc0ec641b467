import { expect, test } from 'vitest';
import { jobInfo, rayStatus } from './job-info.ts';
import { type RayConfig, submissionOf } from './submission.ts';

const config: RayConfig = {
  name: 'night',
  kind: 'ray',
  profile: 'gpu8',
  settings: {},
  python: ['python'],
  rounds_dir: { app: '/mnt/rounds', cluster: '/shared/rounds' },
  env: {},
  resources: { nodes: 1, gpus_per_node: 8, gpu_type: null, cpus: 64, mem_gb: 512 },
  ray: { url: 'http://head.invalid:8265', token_env: null, entrypoint_cpus: 0, entrypoint_gpus: 8 },
};

test('a submission has the core fields alone, and all values are of the type that Ray takes', () => {
  const submission = submissionOf(config, ['python', '-m', 'mendloop_trainer'], {
    key: 'mendloop-r-1-a1',
    roundDir: '/shared/rounds/r-1',
    attempt: 1,
    args: ['run', '--attempt', '1'],
    env: { HF_HUB_OFFLINE: '1' },
    round_id: 'r-1',
    spec_sha256: 'aa',
    graceSeconds: 120,
    walltimeSeconds: 60,
    resources: { nodes: 1, gpusPerNode: 8, cpus: 64, memoryGb: 512 },
  });
  expect(submission).toEqual({
    entrypoint:
      "exec 'env' 'OMP_NUM_THREADS=64' 'HF_HUB_OFFLINE=1' 'python' '-m' 'mendloop_trainer' 'run' '--attempt' '1' >>'/shared/rounds/r-1/attempts/0001/native/ray.out' 2>&1",
    submission_id: 'mendloop-r-1-a1',
    runtime_env: { env_vars: { RAY_JOB_STOP_WAIT_TIME_S: '130' } },
    metadata: { mendloop_round: 'r-1', mendloop_attempt: '1', spec_sha256: 'aa' },
    entrypoint_num_cpus: 0,
    entrypoint_num_gpus: 8,
  });
});

test.each([
  [{ status: 'PENDING' }, 'queued', null, 'PENDING'],
  [{ status: 'RUNNING' }, 'running', null, 'RUNNING'],
  [{ status: 'SUCCEEDED', driver_exit_code: 0 }, 'succeeded', 0, null],
  [
    { status: 'FAILED', driver_exit_code: -9, error_type: 'JOB_ENTRYPOINT_COMMAND_ERROR' },
    'failed',
    137,
    'JOB_ENTRYPOINT_COMMAND_ERROR',
  ],
  [
    { status: 'FAILED', driver_exit_code: null, error_type: 'JOB_SUPERVISOR_ACTOR_DIED' },
    'failed',
    null,
    'JOB_SUPERVISOR_ACTOR_DIED',
  ],
  [{ status: 'STOPPED', driver_exit_code: null }, 'cancelled', null, 'STOPPED'],
])('%j is %s', (info, state, exitCode, reason) => {
  expect(rayStatus(jobInfo.parse(info))).toEqual({ state, exitCode, reason });
});
