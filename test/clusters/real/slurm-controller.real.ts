import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { cancelAll, driverOf, jobOf, submit, until, signal } from '../contract.ts';
import { type SlurmWorld, startSlurm } from './slurm-world.ts';

// A world of its own: a controller that lost its state may leave a node drained.
let world: SlurmWorld;
beforeAll(async () => {
  world = await startSlurm();
});
afterAll(() => world?.[Symbol.asyncDispose]());
afterEach(cancelAll);

describe('Slurm, when its controller loses what it knew', () => {
  test('a controller killed as a job starts may forget it, or start it again under its number', async () => {
    const job = await jobOf(world, ['sleep', '60']);
    const nativeId = await submit(world, job);
    await driverOf(world, job);
    await world.daemons.get('slurmctld')?.kill();
    await world.startController();
    await new Promise((resolve) => setTimeout(resolve, 5000));
    const { state } = await world.cluster.status(nativeId, signal);
    // Measured: never a wrong end. A second start is what the lease of the round is for.
    expect(['queued', 'running', 'lost']).toContain(state);
    const found = await world.cluster.find(job.key, signal);
    expect(found).toEqual(state === 'lost' ? null : { nativeId });
    if (state !== 'lost') return;
    const again = await submit(world, job);
    await until(
      () => world.cluster.status(again, signal),
      (status) => status.state === 'running',
    );
  });
});
