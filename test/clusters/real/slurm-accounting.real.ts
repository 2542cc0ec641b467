import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { driverOf, jobOf, until, signal, stopWithin } from '../contract.ts';
import { eventually } from './daemon.ts';
import { type SlurmWorld, startSlurm } from './slurm-world.ts';

let world: SlurmWorld;
beforeAll(async () => {
  world = await startSlurm({ minJobAge: 2, accounting: true });
});
afterAll(() => world?.[Symbol.asyncDispose]());

/** The controller no longer knows the job. */
async function forgotten(nativeId: string): Promise<void> {
  const id = nativeId.split('.')[1] ?? '';
  const isGone = (): Promise<boolean> =>
    world.ask('scontrol', 'show', 'job', id).then(
      () => false,
      () => true,
    );
  await eventually('forgetting', isGone);
}

describe('Slurm with accounting', () => {
  test('a job that the controller has forgotten is found with its end, and is not submitted again', async () => {
    const job = await jobOf(world, ['exit', '21']);
    const { nativeId } = await world.cluster.submit(job, signal);
    expect(await until(() => world.cluster.status(nativeId, signal))).toMatchObject({
      state: 'failed',
      exitCode: 21,
    });
    await forgotten(nativeId);
    expect(await world.cluster.status(nativeId, signal)).toMatchObject({ state: 'failed', exitCode: 21 });
    expect(await world.cluster.find(job.key, signal)).toEqual({ nativeId });
    expect(await world.cluster.submit(job, signal)).toEqual({ nativeId });
    await expect(world.cluster.submit({ ...job, spec_sha256: 'b'.repeat(64) }, signal)).rejects.toMatchObject(
      {
        code: 'cluster_refused',
      },
    );
    await stopWithin(world.cluster, nativeId, 1);
  });

  test('a job that others cancel is cancelled, with the exit code of its driver or none', async () => {
    const job = await jobOf(world, ['obey']);
    const { nativeId } = await world.cluster.submit(job, signal);
    await driverOf(world, job);
    await world.ask('scancel', nativeId.split('.')[1] ?? '');
    const ended = await until(() => world.cluster.status(nativeId, signal));
    expect(ended.state).toBe('cancelled');
    // Slurm may end the job before its node has told how the script ended.
    expect([30, null]).toContain(ended.exitCode);
    await forgotten(nativeId);
    expect(await world.cluster.status(nativeId, signal)).toMatchObject({
      state: 'cancelled',
      exitCode: null,
    });
  });

  test('a job of another key under its number is none of ours', async () => {
    const job = await jobOf(world, ['exit', '0']);
    const { nativeId } = await world.cluster.submit(job, signal);
    await until(() => world.cluster.status(nativeId, signal));
    const [, id] = nativeId.split('.');
    expect(await world.cluster.status(`mendloop-never-a1.${id}`, signal)).toMatchObject({ state: 'lost' });
  });
});
