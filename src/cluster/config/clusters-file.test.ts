import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { clusterNamed, parseClusters, readClusters } from './read-clusters.ts';

const resources = { nodes: 1, gpus_per_node: 8, gpu_type: null, cpus: 64, mem_gb: 512 };
const rounds_dir = { app: '/mnt/rounds', cluster: '/shared/rounds' };
const common = { name: 'night', profile: 'gpu8', python: ['/srv/venv/bin/python'], rounds_dir, resources };
const slurm = { ...common, kind: 'slurm', slurm: { partition: 'gpu' } };
const ray = { ...common, kind: 'ray', ray: { url: 'http://head.invalid:8265', token_env: 'RAY_TOKEN' } };
const docker = { ...common, kind: 'docker', docker: { image: 'trainer:1', gpus: 'all' } };

function parse(...clusters: readonly object[]) {
  return parseClusters(JSON.stringify({ clusters }));
}

describe('mendloop.clusters.json', () => {
  it('is one local cluster where there is no file', async () => {
    const clusters = await readClusters('/nowhere/mendloop.clusters.json');
    expect(clusters).toMatchObject([{ name: 'local', kind: 'local', profile: 'cpu', env: {} }]);
  });

  it('reads a cluster of each kind, and finds it by its name', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'mendloop-clusters-'));
    const file = path.join(folder, 'clusters.json');
    const all = [slurm, { ...ray, name: 'ray' }, { ...docker, name: 'docker' }];
    await writeFile(file, JSON.stringify({ $schema: './clusters.schema.json', clusters: all }));
    const clusters = await readClusters(file);
    await rm(folder, { recursive: true });
    expect(clusters.map(({ kind }) => kind)).toEqual(['slurm', 'ray', 'docker']);
    expect(clusterNamed(clusters, 'ray')).toMatchObject({ kind: 'ray', ray: { entrypoint_gpus: 0 } });
    expect(() => clusterNamed(clusters, 'none')).toThrow(
      'no cluster none is configured; there are: night, ray, docker',
    );
  });

  it('takes settings of rounds, in groups as in a specification, and names what it does not know', () => {
    const settings = { rows: 'hunks', algo: { lr: 5e-5, max_steps: 20 }, warmup: null };
    expect(parse({ ...slurm, settings })).toMatchObject([{ settings }]);
    expect(parse(slurm)).toMatchObject([{ settings: {} }]);
    expect(() => parse({ ...slurm, settings: { algo: { seed: 7 } } })).toThrow(/settings\.algo: .*seed/);
    expect(() => parse({ ...slurm, settings: { algo: { group_size: 1 } } })).toThrow(
      /settings\.algo\.group_size/,
    );
  });

  it('cannot be read: says so', async () => {
    await expect(readClusters('/')).rejects.toMatchObject({ code: 'config_invalid' });
  });

  const sbatch = [
    '--array=1-4',
    '--arr 1-4',
    '-a1-4',
    '--wrap=id',
    '--test-only',
    '--wait',
    '-W',
    '--clusters=all',
    '-M all',
  ];
  it.each<readonly [string, () => unknown, string]>([
    ['no JSON', () => parseClusters('{'), 'is not JSON'],
    ['no cluster', () => parse(), 'clusters: '],
    ['an unknown key', () => parse({ ...slurm, pythn: [] }), 'pythn'],
    ['an unknown kind', () => parse({ ...slurm, kind: 'cloud' }), 'clusters.0.kind'],
    ['a part of another kind', () => parse({ ...ray, slurm: {} }), 'slurm'],
    ['a name that no scheduler takes', () => parse({ ...slurm, name: 'A b' }), 'clusters.0.name'],
    ['a name twice', () => parse(slurm, docker), 'two clusters of one name'],
    [
      'a relative folder',
      () => parse({ ...slurm, rounds_dir: { app: 'rounds', cluster: '/r' } }),
      'rounds_dir.app',
    ],
    ['a variable of another form', () => parse({ ...slurm, env: { 'A=B': '' } }), 'clusters.0.env'],
    [
      'a value of two lines',
      () => parse({ ...slurm, env: { A: 'x\n#SBATCH --array=1' } }),
      'clusters.0.env.A',
    ],
    ['a line of two lines', () => parse({ ...slurm, slurm: { setup: ['a\nb'] } }), 'setup.0'],
    ['no address', () => parse({ ...ray, ray: { url: 'file:///etc', token_env: null } }), 'ray.url'],
    ['no Python', () => parse({ ...slurm, python: undefined }), 'python'],
    ...sbatch.map((option) => {
      const read = () => parse({ ...slurm, slurm: { sbatch: [option] } });
      return [`sbatch ${option}`, read, 'must not hold'] as const;
    }),
  ])('refuses %s', (_, read, words) => {
    expect(read).toThrow(
      expect.objectContaining({ code: 'config_invalid', message: expect.stringContaining(words) as string }),
    );
  });

  it('takes other options of sbatch', () => {
    const fit = ['--wait-all-nodes=1', '--mail-type=END', '-x n1', '--account=a'];
    expect(parse({ ...slurm, slurm: { sbatch: fit } })).toMatchObject([
      { slurm: { sbatch: fit, setup: [] } },
    ]);
  });
});
