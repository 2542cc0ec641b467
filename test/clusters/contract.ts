import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type Cluster,
  type ClusterJob,
  isAtWork,
  type NativeStatus,
} from '../../src/domain/ports/cluster.ts';
import { pollUntil } from '../../src/time/poll-until.ts';

export const probeJob = ['python3', path.join(import.meta.dirname, 'probe_job.py')];

/** A cluster under test, and where its jobs find their round directories. */
export interface ClusterWorld {
  /** Folder of round directories, here. */
  readonly rounds: string;
  /** The same, where jobs see it; absent: at the same place. */
  readonly roundsThere?: string;
  readonly cluster: Cluster;
  /** A second client of the same scheduler, as after a restart of the app. */
  open(): Cluster;
  /** The driver's number here, where its own is another one. */
  pidHere?(job: ClusterJob): Promise<number>;
}

/** How this kind of scheduler tells what others tell otherwise. */
export interface Dialect {
  /** A driver that was asked to stop and did. */
  readonly stopped: Partial<NativeStatus>;
  /** One that did not, and was killed. */
  readonly forced: Partial<NativeStatus>;
  /** One that somebody else killed. */
  readonly killed: Partial<NativeStatus>;
}

/** For operations that nobody interrupts. */
export const { signal } = new AbortController();

let count = 0;
const submitted: { readonly cluster: Cluster; readonly nativeId: string }[] = [];

/** A job of a round of its own. */
export async function jobOf(world: ClusterWorld, args: readonly string[], changed: Partial<ClusterJob> = {}) {
  count += 1;
  const round_id = `r-${process.pid}-${Date.now() % 100_000}-${count}`;
  const roundDir = path.join(world.roundsThere ?? world.rounds, round_id);
  await mkdir(path.join(world.rounds, round_id), { recursive: true });
  const job: ClusterJob = {
    key: `mendloop-${round_id}-a1`,
    roundDir,
    attempt: 1,
    args: [roundDir, ...args],
    env: { MENDLOOP_TEST: 'this', MENDLOOP_NODE: process.execPath },
    round_id,
    spec_sha256: 'a'.repeat(64),
    graceSeconds: 10,
    walltimeSeconds: 600,
    resources: { nodes: 1, gpusPerNode: 0, cpus: 1, memoryGb: 1 },
    ...changed,
  };
  return job;
}

/** Submits a job that is cancelled when the test is over. */
export async function submit(world: ClusterWorld, job: ClusterJob): Promise<string> {
  const { nativeId } = await world.cluster.submit(job, signal);
  submitted.push({ cluster: world.cluster, nativeId });
  return nativeId;
}

export async function cancelAll(): Promise<void> {
  for (const { cluster, nativeId } of submitted.splice(0))
    await cluster.kill(nativeId, signal).catch(() => undefined);
}

/** Requests a stop, waits for the end, and kills the job after the grace. */
export async function stopWithin(cluster: Cluster, nativeId: string, graceSeconds: number): Promise<void> {
  await cluster.requestStop(nativeId, signal);
  const ended = async (): Promise<boolean> => !isAtWork(await cluster.status(nativeId, signal));
  const polling = { intervalMs: 100, timeoutMs: graceSeconds * 1000 };
  if ((await pollUntil(ended, polling)) === null) await cluster.kill(nativeId, signal);
}

const patienceMs = 90_000;
export const isOver = ({ state }: NativeStatus): boolean => state !== 'running' && state !== 'queued';

export async function until(
  read: () => Promise<NativeStatus>,
  wanted: (status: NativeStatus) => boolean = isOver,
): Promise<NativeStatus> {
  for (const ends = Date.now() + patienceMs; ;) {
    const status = await read();
    if (wanted(status)) return status;
    if (Date.now() > ends) throw new Error(`still ${JSON.stringify(status)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Resolves with the driver's number once it runs. */
export async function driverOf(world: ClusterWorld, job: ClusterJob): Promise<number> {
  for (const ends = Date.now() + patienceMs; Date.now() < ends;) {
    const text = await readFile(path.join(world.rounds, job.round_id, 'pid'), 'utf8').catch(() => '');
    if (text !== '') return world.pidHere?.(job) ?? Number(text);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the driver did not start');
}

export async function startsOf(world: ClusterWorld, job: ClusterJob): Promise<number> {
  return (await readFile(path.join(world.rounds, job.round_id, 'starts'), 'utf8')).length;
}

/** One that nobody has waited for yet is none. */
export async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
}

/** What every scheduler has to do. */
export function clusterContract(world: () => ClusterWorld, dialect: Dialect): void {
  describe('as every cluster', () => {
    afterEach(cancelAll);

    test.each([0, 21, 75])('tells that a driver ended with %i', async (code) => {
      const job = await jobOf(world(), ['exit', String(code)]);
      const nativeId = await submit(world(), job);
      const status = await until(() => world().cluster.status(nativeId, signal));
      expect(status).toMatchObject({ state: code === 0 ? 'succeeded' : 'failed', exitCode: code });
      await expect
        .poll(() => world().cluster.logTail(nativeId, 5, signal), { timeout: 10_000 })
        .toBe('this\n');
    });

    test('starts one key once, and refuses another specification under it', async () => {
      const job = await jobOf(world(), ['sleep', '60']);
      const nativeId = await submit(world(), job);
      await driverOf(world(), job);
      expect(await world().open().submit(job, signal)).toEqual({ nativeId });
      await expect(
        world().cluster.submit({ ...job, spec_sha256: 'b'.repeat(64) }, signal),
      ).rejects.toMatchObject({
        code: 'cluster_refused',
      });
      expect(await startsOf(world(), job)).toBe(1);
    });

    test('finds a job after the app was started anew, and no other', async () => {
      const job = await jobOf(world(), ['sleep', '60']);
      const other = await jobOf(world(), []);
      const nativeId = await submit(world(), job);
      await driverOf(world(), job);
      const later = world().open();
      expect(await later.find(job.key, signal)).toEqual({ nativeId });
      expect(await later.find(other.key, signal)).toBeNull();
      expect(await later.status(nativeId, signal)).toMatchObject({ state: 'running', exitCode: null });
    });

    test('gives the driver its variables as they are', async () => {
      const text = `a'b"c $HOME \`id\` %j , = \\ ; ü`;
      const job = await jobOf(world(), ['exit', '0'], { env: { MENDLOOP_TEST: text } });
      const nativeId = await submit(world(), job);
      await until(() => world().cluster.status(nativeId, signal));
      await expect
        .poll(() => world().cluster.logTail(nativeId, 4000, signal), { timeout: 10_000 })
        .toContain(`said ${text}\n`);
    });

    test('asks a driver to stop, and gives it time', async () => {
      const job = await jobOf(world(), ['obey', '5']);
      const nativeId = await submit(world(), job);
      const pid = await driverOf(world(), job);
      await world().cluster.requestStop(nativeId, signal);
      expect(await until(() => world().cluster.status(nativeId, signal))).toMatchObject(dialect.stopped);
      await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
      await world().cluster.requestStop(nativeId, signal);
      await world().cluster.kill(nativeId, signal);
    });

    test('does not wait for a driver that ignores the request, and kills it', async () => {
      const job = await jobOf(world(), ['ignore'], { graceSeconds: 1 });
      const nativeId = await submit(world(), job);
      const pid = await driverOf(world(), job);
      await world().cluster.requestStop(nativeId, signal);
      expect(isAtWork(await world().cluster.status(nativeId, signal))).toBe(true);
      await world().cluster.kill(nativeId, signal);
      expect(await until(() => world().cluster.status(nativeId, signal))).toMatchObject(dialect.forced);
      await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
    });

    test('tells that a driver was killed', async () => {
      const job = await jobOf(world(), ['sleep', '60']);
      const nativeId = await submit(world(), job);
      process.kill(await driverOf(world(), job), 'SIGKILL');
      expect(await until(() => world().cluster.status(nativeId, signal))).toMatchObject(dialect.killed);
    });

    test('does not know a job that never was', async () => {
      const job = await jobOf(world(), ['exit', '0']);
      const nativeId = await submit(world(), job);
      await until(() => world().cluster.status(nativeId, signal));
      const unknown = nativeId.replace(job.key, 'mendloop-never-a1');
      expect(await world().cluster.status(unknown, signal)).toMatchObject({
        state: 'lost',
        reason: 'unknown_job',
      });
      await world().cluster.requestStop(unknown, signal);
      await world().cluster.kill(unknown, signal);
    });

    test('does nothing once the signal is aborted', async () => {
      const job = await jobOf(world(), ['sleep', '60']);
      const reason = new Error('the worker stops');
      const aborted = AbortSignal.abort(reason);
      const { cluster } = world();
      await expect(cluster.submit(job, aborted)).rejects.toBe(reason);
      await expect(cluster.find(job.key, aborted)).rejects.toBe(reason);
      const nativeId = await submit(world(), job);
      for (const operation of ['status', 'requestStop', 'kill'] as const) {
        await expect(cluster[operation](nativeId, aborted)).rejects.toBe(reason);
      }
      await expect(cluster.logTail(nativeId, 5, aborted)).rejects.toBe(reason);
      expect(isAtWork(await cluster.status(nativeId, signal))).toBe(true);
    });
  });
}
