import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  cancelAll,
  driverOf,
  isRunning,
  jobOf,
  startsOf,
  submit,
  until,
  signal,
  stopWithin,
} from '../contract.ts';
import { type Node, type SlurmWorld, startSlurm } from './slurm-world.ts';

let world: SlurmWorld;
beforeAll(async () => {
  world = await startSlurm({ minJobAge: 5 });
});
afterAll(() => world?.[Symbol.asyncDispose]());
afterEach(cancelAll);

async function nodeOf(nativeId: string): Promise<Node> {
  const id = nativeId.split('.')[1] ?? '';
  return (await world.ask('squeue', '-h', '-j', id, '-o', '%N')).trim() as Node;
}

/** As the shell that runs the script of a batch job. */
async function parentOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

describe('Slurm, when something breaks', () => {
  test('refuses for good what the scheduler refuses, in its words', async () => {
    const job = await jobOf(world, ['exit', '0'], {
      resources: { nodes: 1, gpusPerNode: 3, cpus: 1, memoryGb: 1 },
    });
    await expect(world.cluster.submit(job, signal)).rejects.toMatchObject({
      code: 'cluster_refused',
      message: expect.stringContaining('sbatch: ') as string,
    });
    expect(await world.cluster.find(job.key, signal)).toBeNull();
  });

  test('a job that the controller has forgotten is lost: nobody knows its exit code', async () => {
    const job = await jobOf(world, ['exit', '21']);
    const nativeId = await submit(world, job);
    expect(await until(() => world.cluster.status(nativeId, signal))).toMatchObject({
      state: 'failed',
      exitCode: 21,
    });
    const gone = await until(
      () => world.cluster.status(nativeId, signal),
      ({ state }) => state === 'lost',
    );
    expect(gone).toEqual({ state: 'lost', exitCode: null, reason: 'unknown_job' });
    expect(await world.cluster.find(job.key, signal)).toBeNull();
    await stopWithin(world.cluster, nativeId, 1);
  });

  test('a controller that is down is unreachable, and the driver goes on; later it is found again', async () => {
    const job = await jobOf(world, ['obey']);
    const nativeId = await submit(world, job);
    const pid = await driverOf(world, job);
    await untilStored();
    await world.daemons.get('slurmctld')?.kill();
    const unreachable = { code: 'cluster_unreachable' };
    await expect(world.cluster.status(nativeId, signal)).rejects.toMatchObject(unreachable);
    await expect(world.cluster.find(job.key, signal)).rejects.toMatchObject(unreachable);
    await expect(world.cluster.submit(job, signal)).rejects.toMatchObject(unreachable);
    expect(await isRunning(pid)).toBe(true);
    await world.startController();
    expect(await world.cluster.find(job.key, signal)).toEqual({ nativeId });
    expect(await world.cluster.status(nativeId, signal)).toMatchObject({ state: 'running' });
    expect(await isRunning(pid)).toBe(true);
    expect(await startsOf(world, job)).toBe(1);
  });

  test('a job whose shell is killed has failed, and without cgroups its driver stays', async () => {
    const job = await jobOf(world, ['sleep', '60']);
    const nativeId = await submit(world, job);
    const pid = await driverOf(world, job);
    process.kill(await parentOf(pid), 'SIGKILL');
    expect(await until(() => world.cluster.status(nativeId, signal))).toMatchObject({
      state: 'failed',
      exitCode: 137,
    });
    expect(await isRunning(pid)).toBe(true);
    process.kill(pid, 'SIGKILL');
  });

  test('a job that ends while its node has no slurmd has its exit code when that is back', async () => {
    const job = await jobOf(world, ['sleep', '3']);
    const nativeId = await submit(world, job);
    const [pid, node] = [await driverOf(world, job), await nodeOf(nativeId)];
    await world.daemons.get(node)?.kill();
    await expect.poll(() => isRunning(pid), { timeout: 20_000 }).toBe(false);
    expect(await world.cluster.status(nativeId, signal)).toMatchObject({ state: 'running' });
    world.startNode(node);
    expect(await until(() => world.cluster.status(nativeId, signal))).toMatchObject({
      state: 'succeeded',
      exitCode: 0,
    });
  });

  test('a job whose slurmstepd is killed counts as an error of the node, and its driver stays', async () => {
    const job = await jobOf(world, ['sleep', '110']);
    const nativeId = await submit(world, job);
    const [pid, node] = [await driverOf(world, job), await nodeOf(nativeId)];
    process.kill(await parentOf(await parentOf(pid)), 'SIGKILL');
    // Slurm compares when a slurmd says again what it runs: some time, or when it is started anew. Jobs that are younger
    // than BatchStartTimeout and MessageTimeout, 20 s together, are left alone.
    await new Promise((resolve) => setTimeout(resolve, 22_000));
    expect(await world.cluster.status(nativeId, signal)).toMatchObject({ state: 'running' });
    await world.daemons.get(node)?.kill();
    world.startNode(node);
    expect(await until(() => world.cluster.status(nativeId, signal))).toMatchObject({
      state: 'failed',
      exitCode: 75,
      reason: expect.stringContaining('NODE_FAIL') as string,
    });
    expect(await isRunning(pid)).toBe(true);
    process.kill(pid, 'SIGKILL');
  });
});

/**
 * What the controller stored of a job is, after kill -9, what it knows. It stores no job that the backfill scheduler
 * started until something else happens: here, another job.
 */
async function untilStored(): Promise<void> {
  const file = path.join(world.folder, 'state', 'job_state');
  const nativeId = await submit(world, await jobOf(world, ['exit', '0']));
  await until(() => world.cluster.status(nativeId, signal));
  const now = Date.now();
  await expect.poll(async () => (await stat(file)).mtimeMs, { timeout: 60_000 }).toBeGreaterThan(now - 1000);
  await new Promise((resolve) => setTimeout(resolve, 6000));
}
