import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClusterJob } from '../../domain/ports/cluster.ts';
import { batchScript, commentOf, sbatchArguments, type SlurmConfig } from './script.ts';

const config: SlurmConfig = {
  name: 'night',
  kind: 'slurm',
  profile: 'gpu8',
  settings: {},
  python: ['/venv/bin/python'],
  rounds_dir: { app: '/mnt/rounds', cluster: '/shared/rounds' },
  env: {},
  resources: { nodes: 1, gpus_per_node: 8, gpu_type: 'h100', cpus: 64, mem_gb: 512 },
  slurm: { partition: 'gpu', account: 'research', setup: ['module load cuda'], sbatch: ['--mail-type=END'] },
};
const job: ClusterJob = {
  key: 'mendloop-r-1-a1',
  roundDir: '/shared/rounds/r-1',
  attempt: 1,
  args: ['run', '--round-dir', '/shared/rounds/r-1', '--attempt', '1'],
  env: { HF_HUB_OFFLINE: '1' },
  round_id: 'r-1',
  spec_sha256: 'a'.repeat(64),
  graceSeconds: 120,
  walltimeSeconds: 28_801,
  resources: { nodes: 1, gpusPerNode: 8, cpus: 64, memoryGb: 512 },
};

test('a job is submitted as docs/contracts/clusters.md#slurm has it', () => {
  expect(sbatchArguments(config, job, 'attempts/0001/native')).toEqual([
    '--parsable',
    '--no-requeue',
    '--job-name=mendloop-r-1-a1',
    `--comment=mendloop:${'a'.repeat(64)}`,
    '--time=481',
    '--signal=B:TERM@120',
    '--dependency=singleton',
    '--open-mode=append',
    '--export=ALL',
    '--output=/shared/rounds/r-1/attempts/0001/native/slurm-%j.out',
    '--chdir=/shared/rounds/r-1',
    '--nodes=1',
    '--ntasks-per-node=1',
    '--cpus-per-task=64',
    '--mem=512G',
    '--gres=gpu:h100:8',
    '--account=research',
    '--partition=gpu',
  ]);
  expect(commentOf(job)).toBe(`mendloop:${job.spec_sha256}`);
});

test('what the configuration says of CPUs, memory and devices comes first; without GPUs none are asked for', () => {
  const own = { ...config, slurm: { ...config.slurm, gres: 'shard:2', cpus: 4, memory: '0' } };
  const asked = sbatchArguments(own, job, 'x');
  expect(asked).toEqual(expect.arrayContaining(['--gres=shard:2', '--cpus-per-task=4', '--mem=0']));
  const none = sbatchArguments(config, { ...job, resources: { ...job.resources, gpusPerNode: 0 } }, 'x');
  expect(none.filter((option) => option.startsWith('--gres'))).toEqual([]);
});

test('a % of a folder is no pattern', () => {
  const all = sbatchArguments(config, { ...job, roundDir: '/a%j/r' }, 'x');
  const output = all.find((option) => option.startsWith('--output'));
  expect(output).toBe('--output=/a%%j/r/x/slurm-%j.out');
});

describe('the batch script', () => {
  test('has the options of the operator before anything else, then variables, set-up, driver', () => {
    const lines = batchScript(config, ['/venv/bin/python', '-m', 'mendloop_trainer'], job).split('\n');
    expect(lines.slice(0, 4)).toEqual([
      '#!/bin/bash',
      '#SBATCH --mail-type=END',
      "export HF_HUB_OFFLINE='1'",
      'module load cuda',
    ]);
    expect(lines.join('\n')).toContain(
      "'/venv/bin/python' '-m' 'mendloop_trainer' 'run' '--round-dir' '/shared/rounds/r-1' '--attempt' '1' & driver=$!",
    );
  });

  test('gives the driver every variable and argument as it is', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((value) => !/[\0\r\n]/.test(value));
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 4 }), (value, args) => {
        const plain = { ...config, slurm: { setup: [], sbatch: [] } };
        const program = 'import os, sys; print(ascii([os.environ["GIVEN"], *sys.argv[1:]]))';
        const script = batchScript(plain, ['python3', '-c', program], {
          ...job,
          args,
          env: { GIVEN: value },
        });
        const { stdout } = spawnSync('bash', { input: script, encoding: 'utf8' });
        const wanted = spawnSync(
          'python3',
          ['-c', 'import sys; print(ascii(sys.argv[1:]))', value, ...args],
          { encoding: 'utf8' },
        );
        expect(stdout).toBe(wanted.stdout);
      }),
      { numRuns: 20 },
    );
  });
});
