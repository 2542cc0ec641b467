import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { cancelAll, clusterContract, driverOf, jobOf, startsOf, submit, until, signal } from '../contract.ts';
import { type DockerWorld, startDockerWherePossible } from './docker-world.ts';
import { fullRounds } from './full-round.ts';

const started = await startDockerWherePossible();
const world = started as DockerWorld;
afterAll(() => started?.[Symbol.asyncDispose]());
afterEach(cancelAll);

describe.skipIf(started === null)('Docker', () => {
  clusterContract(() => world, {
    stopped: { state: 'failed', exitCode: 30 },
    forced: { state: 'failed', exitCode: 137 },
    killed: { state: 'failed', exitCode: 137 },
  });
  fullRounds(() => world);

  test('refuses for good what the engine refuses, and leaves nothing', async () => {
    const gpu = await jobOf(world, ['exit', '0']);
    world.config.docker.gpus = 1;
    await expect(world.cluster.submit(gpu, signal)).rejects.toMatchObject({
      code: 'cluster_refused',
      message: expect.stringContaining('gpu') as string,
    });
    world.config.docker.gpus = 0;
    expect(await world.cluster.find(gpu.key, signal)).toBeNull();
    expect(await world.docker('ps', '-a', '--format', '{{.Names}}')).not.toContain(gpu.key);
    const { image } = world.config.docker;
    world.config.docker.image = 'mendloop-none:1';
    await expect(world.cluster.submit(gpu, signal)).rejects.toMatchObject({ code: 'cluster_refused' });
    world.config.docker.image = image;
  });

  test('starts a container that was made and never started, as after a crash of the app', async () => {
    const job = await jobOf(world, ['exit', '21']);
    const crashing = world.open(async () => {
      throw new Error('the app was killed');
    });
    await expect(crashing.submit(job, signal)).rejects.toThrow('killed');
    expect(await world.cluster.find(job.key, signal)).toBeNull();
    expect(await world.cluster.status(job.key, signal)).toMatchObject({ state: 'queued' });
    const nativeId = await submit(world, job);
    expect(await until(() => world.cluster.status(nativeId, signal))).toMatchObject({
      state: 'failed',
      exitCode: 21,
    });
  });

  test('jobs go on while the engine is killed, and are found again', async () => {
    const job = await jobOf(world, ['sleep', '60']);
    const nativeId = await submit(world, job);
    await driverOf(world, job);
    await world.engine().kill();
    await expect(world.cluster.status(nativeId, signal)).rejects.toMatchObject({
      code: 'cluster_unreachable',
    });
    await expect(world.cluster.submit(job, signal)).rejects.toMatchObject({ code: 'cluster_unreachable' });
    await world.start();
    expect(await world.cluster.find(job.key, signal)).toEqual({ nativeId });
    expect(await world.cluster.status(nativeId, signal)).toMatchObject({ state: 'running' });
    expect(await startsOf(world, job)).toBe(1);
  });

  test('a container that somebody removed is lost', async () => {
    const job = await jobOf(world, ['sleep', '60']);
    const nativeId = await submit(world, job);
    await driverOf(world, job);
    await world.docker('rm', '-f', nativeId);
    expect(await world.cluster.status(nativeId, signal)).toMatchObject({
      state: 'lost',
      reason: 'unknown_job',
    });
  });

  test('gives a job no network, no capability and no round but its own', async () => {
    const job = await jobOf(world, ['exit', '0']);
    const nativeId = await submit(world, job);
    await until(() => world.cluster.status(nativeId, signal));
    const [found] = JSON.parse(await world.docker('inspect', nativeId)) as {
      HostConfig: { NetworkMode: string; CapDrop: string[]; Binds: string[] };
    }[];
    expect(found?.HostConfig).toMatchObject({ NetworkMode: 'none', CapDrop: ['ALL'] });
    expect(found?.HostConfig.Binds.filter((bind) => !bind.endsWith(':ro'))).toHaveLength(1);
    const file = path.join(world.rounds, job.round_id, 'starts');
    expect(await readFile(file, 'utf8')).toBe('x');
    expect((await stat(file)).uid).toBe(process.getuid?.());
  });
});
