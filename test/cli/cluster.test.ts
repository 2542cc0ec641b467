import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryHome } from '../support/home.ts';
import { mendloop } from './mendloop.ts';

interface Checked {
  readonly usable: boolean;
  readonly checks: readonly { readonly check: string; readonly state: string; readonly message: string }[];
}

const resources = { nodes: 1, gpus_per_node: 0, gpu_type: null, cpus: 1, mem_gb: 1 };

test('without a file there is this machine, and a job on it finds what a round needs', async () => {
  await using place = await temporaryHome();
  const env = { MENDLOOP_HOME: place.home };
  const listed = await mendloop(['cluster', 'list', '--json'], { env });
  const checked = await mendloop(['cluster', 'check', '--json'], { env });
  expect(JSON.parse(listed.stdout)).toMatchObject([{ name: 'local', kind: 'local', gpus_per_node: 0 }]);
  expect(checked.status).toBe(0);
  const { usable, checks } = JSON.parse(checked.stdout) as Checked;
  expect(usable).toBe(true);
  expect(checks.map(({ check }) => check)).toEqual([
    'rounds_dir',
    'scheduler',
    'job',
    'trainer',
    'node',
    'reward_server',
    'cpus',
    'memory',
    'gpus',
    'disk',
  ]);
});

test('a cluster that lacks something fails the check with what to do, status 1', async () => {
  await using place = await temporaryHome();
  const env = { MENDLOOP_HOME: place.home };
  const local = { kind: 'local', profile: 'gpu1', resources };
  const clusters = [
    { ...local, name: 'gpus', resources: { ...resources, gpus_per_node: 64 } },
    { ...local, name: 'no-python', python: ['/nowhere/python'] },
    { ...local, name: 'no-node', env: { MENDLOOP_NODE: '/nowhere/node' } },
    { ...local, name: 'two-folders', rounds_dir: { app: path.join(place.home, 'a'), cluster: '/nowhere' } },
  ];
  await writeFile(path.join(place.home, 'mendloop.clusters.json'), JSON.stringify({ clusters }));
  const wanted = {
    gpus: ['gpus'],
    'no-python': ['job'],
    'no-node': ['node', 'reward_server'],
    'two-folders': ['job'],
  };
  for (const [name, failing] of Object.entries(wanted)) {
    const { status, stdout } = await mendloop(['cluster', 'check', name, '--json'], { env });
    const { checks } = JSON.parse(stdout) as Checked;
    expect(status, name).toBe(1);
    expect(
      checks.filter(({ state }) => state === 'fail').map(({ check }) => check),
      name,
    ).toEqual(failing);
  }
});

test('a scheduler that does not answer, a name that is not there and a file that is wrong are told apart', async () => {
  await using place = await temporaryHome();
  const env = { MENDLOOP_HOME: place.home };
  const file = path.join(place.home, 'mendloop.clusters.json');
  const rounds_dir = { app: path.join(place.home, 'rounds'), cluster: '/rounds' };
  const common = { name: 'night', profile: 'gpu8', python: ['python'], rounds_dir, resources };
  const ray = { ...common, kind: 'ray', ray: { url: 'http://127.0.0.1:1', token_env: null } };
  await writeFile(file, JSON.stringify({ clusters: [ray] }));
  const unreachable = await mendloop(['cluster', 'check', 'night', '--json'], { env });
  const unknown = await mendloop(['cluster', 'check', 'day'], { env });
  await writeFile(file, JSON.stringify({ clusters: [{ ...ray, slurm: {} }] }));
  const wrong = await mendloop(['cluster', 'list'], { env });
  expect((JSON.parse(unreachable.stdout) as Checked).checks.at(-1)).toMatchObject({
    check: 'scheduler',
    state: 'fail',
    message: 'cluster_unreachable: the Ray dashboard does not answer',
  });
  expect([unreachable.status, unknown.status, wrong.status]).toEqual([1, 1, 3]);
  expect(unknown.stderr).toContain('there are: night');
  expect(wrong.stderr).toContain('slurm');
});
