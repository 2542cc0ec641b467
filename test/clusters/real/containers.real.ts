import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type {
  ContainerFile,
  ContainerSpec,
  ExecRequest,
  ExecResult,
} from '../../../src/domain/ports/containers.ts';
import { type DockerWorld, startDockerWherePossible } from './docker-world.ts';

const started = await startDockerWherePossible();
const world = started as DockerWorld;
const label = 'mendloop.test';
afterAll(() => started?.[Symbol.asyncDispose]());
afterEach(() => started?.containers.reap({ [label]: 'contract' }));

const MiB = 2 ** 20;

/** As a program of somebody else runs: nothing of the machine but its programs, and memory to write to. */
function specOf(command: readonly string[], changes: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    name: `mendloop-contract-${randomUUID().slice(0, 8)}`,
    image: world.config.docker.image,
    command,
    env: { PATH: '/usr/bin:/bin' },
    labels: { [label]: 'contract' },
    user: { uid: 65_534, gid: 65_534 },
    mounts: ['/usr', '/bin', '/lib', '/lib64'].map((path) => ({
      host: path,
      container: path,
      readOnly: true,
    })),
    limits: { cpus: 1, memoryBytes: 256 * MiB, swapBytes: 0, shmBytes: 16 * MiB, pids: 64 },
    gpus: 0,
    network: 'none',
    readOnlyRoot: true,
    tmpfs: [{ path: '/tmp', sizeBytes: 32 * MiB, executable: true }],
    folder: '/tmp',
    ...changes,
  };
}

async function running(changes: Partial<ContainerSpec> = {}): Promise<string> {
  const spec = specOf(['/bin/sleep', '600'], changes);
  expect(await world.containers.create(spec)).toBe(true);
  await world.containers.start(spec.name);
  return spec.name;
}

function shell(name: string, script: string, changes: Partial<ExecRequest> = {}): Promise<ExecResult> {
  const command = ['/bin/sh', '-c', script];
  return world.containers.exec(name, { command, timeoutMs: 60_000, maxOutputBytes: MiB, ...changes });
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

describe.skipIf(started === null)('containers', () => {
  test('are made once under a name, run to their end, and are removed', async () => {
    const { containers } = world;
    const spec = specOf(['/bin/sh', '-c', 'echo out; echo err >&2; exit 7']);
    expect(await containers.create(spec)).toBe(true);
    expect(await containers.create(spec)).toBe(false);
    expect(await containers.inspect(spec.name)).toMatchObject({ status: 'created', exitCode: null });
    await containers.start(spec.name);
    expect(await containers.wait(spec.name, 60_000)).toBe(7);
    expect(await containers.inspect(spec.name)).toMatchObject({
      status: 'ended',
      exitCode: 7,
      labels: { [label]: 'contract' },
    });
    expect((await containers.logs(spec.name, 10)).split('\n').sort()).toEqual(['', 'err', 'out']);
    await containers.remove(spec.name);
    await containers.remove(spec.name);
    expect(await containers.inspect(spec.name)).toBeNull();
    await containers.kill(spec.name, 'SIGKILL');
    expect(await containers.logs(spec.name, 10)).toBe('');
  });

  test('that end at once are waited for all the same', async () => {
    for (let turn = 0; turn < 5; turn += 1) {
      const spec = specOf(['/bin/true']);
      await world.containers.create(spec);
      await world.containers.start(spec.name);
      expect(await world.containers.wait(spec.name, 60_000)).toBe(0);
    }
  });

  test('that do not end are waited for no longer than asked, and are started once', async () => {
    const name = await running();
    await world.containers.start(name);
    expect(await world.containers.wait(name, 300)).toBeNull();
    await world.containers.kill(name, 'SIGKILL');
    expect(await world.containers.wait(name, 60_000)).toBe(137);
  });

  test('have no network, no capabilities and no way to write but tmpfs', async () => {
    const name = await running();
    const { stdout, stderr, exitCode } = await shell(
      name,
      'id -u; grep CapEff /proc/self/status; ls /sys/class/net; touch /x; echo a > /tmp/a && cat /tmp/a; pwd',
    );
    expect(exitCode).toBe(0);
    expect(textOf(stdout).replace(/\s+/g, ' ').trim()).toBe('65534 CapEff: 0000000000000000 lo a /tmp');
    expect(textOf(stderr)).toContain('Read-only file system');
  });

  test('hold memory, processes and the size of tmpfs within their limits, and live on', async () => {
    const name = await running();
    const hog = await shell(name, 'python3 -c "b = bytearray(900 * 2**20)"');
    expect(hog.exitCode).toBe(137);
    const forks = await shell(name, 'for i in $(seq 200); do sleep 5 & done');
    expect(textOf(forks.stderr)).toMatch(/fork/i);
    const full = await shell(await running(), 'head -c 50000000 /dev/zero > /tmp/full');
    expect(textOf(full.stderr)).toContain('No space left');
    expect(await world.containers.inspect(name)).toMatchObject({ status: 'running' });
  });

  test('run programs with input, environment and folder; output is kept apart and capped', async () => {
    const name = await running();
    const stdin = Buffer.from('given ');
    const both = await shell(name, 'cat; echo $WORD; pwd; echo oops >&2; exit 3', {
      stdin,
      env: { WORD: 'hello' },
      folder: '/usr',
    });
    expect(both).toMatchObject({ exitCode: 3, isTruncated: false });
    expect(textOf(both.stdout)).toBe('given hello\n/usr\n');
    expect(textOf(both.stderr)).toBe('oops\n');
    const much = await shell(name, 'head -c 5000000 /dev/zero', { maxOutputBytes: 1000 });
    expect(much).toMatchObject({ exitCode: 0, isTruncated: true });
    expect(much.stdout).toHaveLength(1000);
    const unread = await shell(name, 'exit 0', { stdin: Buffer.alloc(4 * MiB) });
    expect(unread.exitCode).toBe(0);
  });

  test('are killed when a program exceeds its time: the engine would let it go on', async () => {
    const name = await running();
    const startedAt = performance.now();
    const late = await shell(name, 'echo begun; sleep 600', { timeoutMs: 8000 });
    expect(late.exitCode).toBeNull();
    expect(textOf(late.stdout)).toBe('begun\n');
    expect(performance.now() - startedAt).toBeLessThan(60_000);
    expect(await world.containers.wait(name, 60_000)).toBe(137);
  });

  test('take files in and give them out, on tmpfs and below a read-only root', async () => {
    const name = await running();
    const files: readonly ContainerFile[] = [
      { path: 'src/a.txt', content: Buffer.from('text ü\n'), isExecutable: false },
      { path: 'run.sh', content: Buffer.from('#!/bin/sh\necho ran\n'), isExecutable: true },
      { path: 'large.bin', content: Buffer.alloc(3 * MiB, 7), isExecutable: false },
    ];
    await world.containers.copyIn(name, '/tmp', files, { timeoutMs: 60_000 });
    expect(textOf((await shell(name, './run.sh; cat src/a.txt; ln -s /etc/passwd link')).stdout)).toBe(
      'ran\ntext ü\n',
    );
    const copied = await world.containers.copyOut(name, '/tmp', ['.'], {
      timeoutMs: 60_000,
      maxBytes: 8 * MiB,
    });
    const byPath = (a: ContainerFile, b: ContainerFile): number => a.path.localeCompare(b.path);
    expect([...copied].sort(byPath)).toEqual([...files].sort(byPath));
  });

  test('refuse to give out more than asked, what is not there, and paths that leave the folder', async () => {
    const name = await running();
    await shell(name, 'head -c 2000000 /dev/zero > big');
    const refused = { code: 'docker_refused' };
    const limits = { timeoutMs: 60_000, maxBytes: MiB };
    await expect(world.containers.copyOut(name, '/tmp', ['big'], limits)).rejects.toMatchObject(refused);
    await expect(world.containers.copyOut(name, '/tmp', ['none'], limits)).rejects.toMatchObject(refused);
    const outside = [{ path: '../x', content: Buffer.from(''), isExecutable: false }];
    await expect(world.containers.copyIn(name, '/tmp', outside, limits)).rejects.toMatchObject(refused);
  });

  test('are reaped by their labels, running or not, and no others', async () => {
    const other = await running({ labels: { [label]: 'other' } });
    const names = [await running(), await running()];
    const ended = specOf(['/bin/true']);
    await world.containers.create(ended);
    expect([...(await world.containers.reap({ [label]: 'contract' }))].sort()).toEqual(
      [...names, ended.name].sort(),
    );
    expect(await world.containers.inspect(other)).toMatchObject({ status: 'running' });
    await world.containers.reap({ [label]: 'other' });
  });

  test('that the engine refuses, and programs in containers that do not run, are typed errors', async () => {
    const none = specOf(['/bin/true'], { image: 'mendloop-none:1' });
    const refused = { code: 'docker_refused' };
    await expect(world.containers.create(none)).rejects.toMatchObject(refused);
    const spec = specOf(['/bin/true']);
    await world.containers.create(spec);
    await expect(shell(spec.name, 'true')).rejects.toMatchObject(refused);
    await expect(shell('mendloop-no-such', 'true')).rejects.toMatchObject(refused);
  });
});
