import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { driverOf, jobOf, until } from '../contract.ts';
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
    const { nativeId } = await world.cluster.submit(job);
    expect(await until(() => world.cluster.status(nativeId))).toMatchObject({
      state: 'failed',
      exitCode: 21,
    });
    await forgotten(nativeId);
    expect(await world.cluster.status(nativeId)).toMatchObject({ state: 'failed', exitCode: 21 });
    expect(await world.cluster.find(job.key)).toEqual({ nativeId });
    expect(await world.cluster.submit(job)).toEqual({ nativeId });
    await expect(world.cluster.submit({ ...job, spec_sha256: 'b'.repeat(64) })).rejects.toMatchObject({
      code: 'cluster_refused',
    });
    await world.cluster.cancel(nativeId, 1);
  });

  test('a job that others cancel is cancelled, with the exit code of its driver or none', async () => {
    const job = await jobOf(world, ['obey']);
    const { nativeId } = await world.cluster.submit(job);
    await driverOf(world, job);
    await world.ask('scancel', nativeId.split('.')[1] ?? '');
    const ended = await until(() => world.cluster.status(nativeId));
    expect(ended.state).toBe('cancelled');
    // Slurm may end the job before its node has told how the script ended.
    expect([30, null]).toContain(ended.exitCode);
    await forgotten(nativeId);
    expect(await world.cluster.status(nativeId)).toMatchObject({ state: 'cancelled', exitCode: null });
  });

  test('a job of another key under its number is none of ours', async () => {
    const job = await jobOf(world, ['exit', '0']);
    const { nativeId } = await world.cluster.submit(job);
    await until(() => world.cluster.status(nativeId));
    const [, id] = nativeId.split('.');
    expect(await world.cluster.status(`mendloop-never-a1.${id}`)).toMatchObject({ state: 'lost' });
  });
});
