import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { LocalCluster } from '../../src/cluster/local/local-cluster.ts';
import type { ClusterJob } from '../../src/domain/ports/cluster.ts';
import {
  cancelAll,
  type ClusterWorld,
  clusterContract,
  driverOf,
  isOver,
  jobOf,
  probeJob,
  startsOf,
  submit,
  until,
  signal,
  stopWithin,
} from './contract.ts';

let world: ClusterWorld;
let options: ConstructorParameters<typeof LocalCluster>[0];

beforeAll(async () => {
  const rounds = await mkdtemp(path.join(tmpdir(), 'mendloop-local-'));
  const environment = { PATH: process.env['PATH'] ?? '', TMPDIR: tmpdir() };
  options = { name: 'local', folder: path.join(rounds, 'jobs'), driver: probeJob, environment };
  world = { rounds, cluster: new LocalCluster(options), open: () => new LocalCluster(options) };
});
afterAll(() => rm(world.rounds, { recursive: true, force: true }));
afterEach(cancelAll);

function fileOf({ key }: ClusterJob, name: string): string {
  return path.join(options.folder, key, name);
}

async function pidOf(job: ClusterJob, who: 'supervisor' | 'driver'): Promise<number> {
  const [, stat = ''] = (await readFile(fileOf(job, who), 'utf8')).split('\n');
  return Number.parseInt(stat, 10);
}

describe('this machine as a cluster', () => {
  clusterContract(() => world, {
    stopped: { state: 'failed', exitCode: 30 },
    forced: { state: 'failed', exitCode: 137 },
    killed: { state: 'failed', exitCode: 137 },
  });

  test('starts one key once, whoever submits it at the same time', async () => {
    const job = await jobOf(world, ['sleep', '60']);
    await Promise.all([1, 2, 3, 4].map(() => submit({ ...world, cluster: world.open() }, job)));
    await driverOf(world, job);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await startsOf(world, job)).toBe(1);
  });

  test('a driver whose supervisor was killed still counts as running, and is lost when it ends', async () => {
    const job = await jobOf(world, ['sleep', '2']);
    const nativeId = await submit(world, job);
    process.kill(await pidOf(job, 'supervisor'), 'SIGKILL');
    expect(await world.cluster.status(nativeId, signal)).toMatchObject({ state: 'running' });
    const status = await until(() => world.cluster.status(nativeId, signal));
    expect(status).toEqual({ state: 'lost', exitCode: null, reason: 'process_gone' });
  });

  test('never takes another process of the same number for its own', async () => {
    const job = await jobOf(world, ['exit', '0']);
    const nativeId = await submit(world, job);
    await until(() => world.cluster.status(nativeId, signal));
    await rm(fileOf(job, 'exit'));
    const own = await readFile('/proc/self/stat', 'utf8');
    for (const who of ['driver', 'supervisor']) await writeFile(fileOf(job, who), `of another start\n${own}`);
    expect(await world.cluster.status(nativeId, signal)).toMatchObject({ state: 'lost' });
    await stopWithin(world.cluster, nativeId, 0);
  });

  test('outlives the process that submitted it', async () => {
    const job = await jobOf(world, ['sleep', '60']);
    const script = `
      import { LocalCluster } from ${JSON.stringify(path.resolve('src/cluster/local/local-cluster.ts'))};
      const cluster = new LocalCluster(${JSON.stringify(options)});
      await cluster.submit(${JSON.stringify(job)}, new AbortController().signal);
      process.kill(process.pid, 'SIGKILL');
    `;
    spawnSync(process.execPath, ['--input-type=module', '-e', script]);
    expect(await world.cluster.status(job.key, signal)).toMatchObject({ state: 'running' });
    await stopWithin(world.cluster, job.key, 5);
    expect(isOver(await until(() => world.cluster.status(job.key, signal)))).toBe(true);
  });

  test('refuses a key that is no name of a folder', async () => {
    await expect(world.cluster.status('../other', signal)).rejects.toMatchObject({ code: 'cluster_refused' });
    const job = await jobOf(world, [], { key: 'a/../../b' });
    await expect(world.cluster.submit(job, signal)).rejects.toMatchObject({ code: 'cluster_refused' });
  });
});
