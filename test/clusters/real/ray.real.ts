import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  clusterContract,
  driverOf,
  isRunning,
  jobOf,
  submit,
  until,
  signal,
  stopWithin,
} from '../contract.ts';
import { fullRounds } from './full-round.ts';
import { type RayWorld, startRay } from './ray-world.ts';

let world: RayWorld;
beforeAll(async () => {
  world = await startRay({ startTimeout: 20 });
});
afterAll(() => world?.[Symbol.asyncDispose]());

describe('Ray', () => {
  clusterContract(() => world, {
    stopped: { state: 'cancelled', exitCode: null, reason: 'STOPPED' },
    forced: { state: 'cancelled', exitCode: null, reason: 'STOPPED' },
    killed: { state: 'failed', exitCode: 137, reason: 'JOB_ENTRYPOINT_COMMAND_ERROR' },
  });
  fullRounds(() => world);

  test('takes three submissions of one key at once for one', async () => {
    const job = await jobOf(world, ['sleep', '60']);
    const all = await Promise.all([1, 2, 3].map(() => submit(world, job)));
    expect(new Set(all).size).toBe(1);
    expect(await driverOf(world, job)).toBeGreaterThan(0);
    await stopWithin(world.cluster, all[0] ?? '', 0);
  });

  test('a job that waits for resources stays queued after a stop, and fails when Ray gives up', async () => {
    const cluster = world.open();
    const job = await jobOf(world, ['exit', '0']);
    world.config.ray.entrypoint_gpus = 4;
    const { nativeId } = await cluster.submit(job, signal);
    world.config.ray.entrypoint_gpus = 0;
    expect(await cluster.status(nativeId, signal)).toMatchObject({ state: 'queued' });
    await stopWithin(cluster, nativeId, 1);
    expect(await until(() => cluster.status(nativeId, signal))).toEqual({
      state: 'failed',
      exitCode: null,
      reason: 'JOB_SUPERVISOR_ACTOR_START_TIMEOUT',
    });
  });

  test('a job whose supervisor is killed has failed, and its driver is gone', async () => {
    const job = await jobOf(world, ['sleep', '60']);
    const nativeId = await submit(world, job);
    const pid = await driverOf(world, job);
    const [supervisor = 0] = await world.processes('ray::JobSupervisor');
    expect(supervisor).toBeGreaterThan(0);
    process.kill(supervisor, 'SIGKILL');
    expect(await until(() => world.cluster.status(nativeId, signal))).toEqual({
      state: 'failed',
      exitCode: null,
      reason: 'JOB_SUPERVISOR_ACTOR_DIED',
    });
    await expect.poll(() => isRunning(pid), { timeout: 15_000 }).toBe(false);
  });

  test('tells what a driver that cannot be started said', async () => {
    const cluster = world.open(['/nowhere/python']);
    const { nativeId } = await cluster.submit(await jobOf(world, []), signal);
    expect(await until(() => cluster.status(nativeId, signal))).toMatchObject({
      state: 'failed',
      exitCode: 127,
    });
    expect(await cluster.logTail(nativeId, 400, signal)).toContain('/nowhere/python');
  });
});
