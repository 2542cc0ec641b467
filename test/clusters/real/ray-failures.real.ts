import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { driverOf, isRunning, jobOf, until, signal, stopWithin } from '../contract.ts';
import { type RayWorld, startRay } from './ray-world.ts';

const token = 'token-of-the-tests-0123456789abcdef';
let world: RayWorld;
beforeEach(async () => {
  world = await startRay({ token });
});
afterEach(() => world?.[Symbol.asyncDispose]());

const unreachable = { code: 'cluster_unreachable' };

describe('Ray, when something breaks', () => {
  test('without its token it is unreachable for questions, and refuses jobs; a head started anew has forgotten all', async () => {
    const stranger = world.open(undefined, null);
    const job = await jobOf(world, ['sleep', '60']);
    await expect(stranger.submit(job, signal)).rejects.toMatchObject({ code: 'cluster_refused' });
    await expect(stranger.find(job.key, signal)).rejects.toMatchObject(unreachable);
    const { nativeId } = await world.cluster.submit(job, signal);
    const pid = await driverOf(world, job);
    await world.stop();
    await expect(world.cluster.status(nativeId, signal)).rejects.toMatchObject(unreachable);
    await expect(world.cluster.submit(job, signal)).rejects.toMatchObject(unreachable);
    await expect.poll(() => isRunning(pid), { timeout: 15_000 }).toBe(false);
    await world.start();
    expect(await world.cluster.status(nativeId, signal)).toEqual({
      state: 'lost',
      exitCode: null,
      reason: 'head_restarted',
    });
    expect(await world.cluster.find(job.key, signal)).toBeNull();
    await stopWithin(world.cluster, nativeId, 1);
  });

  test('without its raylet the driver is gone, and Ray still says that it runs', async () => {
    const job = await jobOf(world, ['sleep', '120']);
    const { nativeId } = await world.cluster.submit(job, signal);
    const pid = await driverOf(world, job);
    const [raylet = 0] = await world.processes('/raylet/raylet ');
    expect(raylet).toBeGreaterThan(0);
    process.kill(raylet, 'SIGKILL');
    await expect.poll(() => isRunning(pid), { timeout: 15_000 }).toBe(false);
    // That is why a driver's heartbeat counts, and not Ray.
    expect(await world.cluster.status(nativeId, signal)).toMatchObject({ state: 'running' });
  });

  test('without its GCS it is unreachable within a bounded time', async () => {
    const job = await jobOf(world, ['sleep', '120']);
    const { nativeId } = await world.cluster.submit(job, signal);
    await driverOf(world, job);
    const [gcs = 0] = await world.processes('/gcs/gcs_server ');
    expect(gcs).toBeGreaterThan(0);
    process.kill(gcs, 'SIGKILL');
    const asked = Date.now();
    await expect(until(() => world.cluster.status(nativeId, signal))).rejects.toMatchObject(unreachable);
    expect(Date.now() - asked).toBeLessThan(60_000);
  });
});
