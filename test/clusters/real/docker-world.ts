import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  type DockerConfig,
  DockerCluster,
  type DriverContainers,
} from '../../../src/cluster/docker/docker-cluster.ts';
import { openContainers } from '../../../src/docker/containers.ts';
import type { Containers } from '../../../src/domain/ports/containers.ts';
import { type Daemon, eventually, startDaemon, startedOrEnded } from './daemon.ts';
import type { RoundWorld } from './full-round.ts';

const execute = promisify(execFile);
const here = path.join(import.meta.dirname, '..');

/** A Docker engine of our own, without a network, and an image that takes its programs from this machine. */
export interface DockerWorld extends RoundWorld, AsyncDisposable {
  readonly config: DockerConfig;
  readonly engine: () => Daemon;
  readonly containers: Containers;
  start(): Promise<void>;
  docker(...args: readonly string[]): Promise<string>;
  /** `start`: does what the engine would. */
  open(start?: Containers['start']): DockerCluster;
}

/** An image of no file: everything that runs in it is mounted. */
async function makeImage(folder: string, docker: DockerWorld['docker']): Promise<void> {
  const empty = path.join(folder, 'empty');
  for (const name of ['bin', 'lib', 'lib64', 'usr', 'tmp', 'etc'])
    await mkdir(path.join(empty, name), { recursive: true });
  await execute('tar', ['-C', empty, '-cf', path.join(folder, 'image.tar'), '.']);
  await docker('import', path.join(folder, 'image.tar'), 'mendloop-empty:1');
}

function containerdSocket(folder: string): string {
  return path.join(folder, 'containerd.sock');
}

function containerdArguments(folder: string): string[] {
  const folders = [
    '--root',
    path.join(folder, 'containerd'),
    '--state',
    path.join(folder, 'containerd-state'),
  ];
  return ['--address', containerdSocket(folder), ...folders];
}

/** The rights that a container needs may not be there, where this machine is one itself. */
async function runProbe(docker: DockerWorld['docker']): Promise<void> {
  const mounts = ['/usr', '/bin', '/lib', '/lib64'].flatMap((host) => ['-v', `${host}:${host}:ro`]);
  await docker('run', '--rm', '--network', 'none', ...mounts, 'mendloop-empty:1', '/usr/bin/true');
}

/** An engine that was killed leaves what it mounted. */
async function unmountBelow(folder: string): Promise<void> {
  const lines = (await readFile('/proc/mounts', 'utf8')).split('\n');
  const places = lines
    .map((line) => line.split(' ')[1] ?? '')
    .filter((place) => place.startsWith(`${folder}/`));
  for (const place of places.reverse()) await execute('umount', ['-l', place]).catch(() => '');
}

async function lastWords(log: string): Promise<string> {
  return (await readFile(log, 'utf8')).trim().split('\n').at(-1) ?? 'the Docker engine ended';
}

/** Null, and told why, where no engine and no container can run. */
export async function startDockerWherePossible(): Promise<DockerWorld | null> {
  try {
    return await startDocker();
  } catch (error) {
    console.log(`Docker cannot run here, and its tests are left out: ${(error as Error).message}`);
    return null;
  }
}

function withStart(containers: Containers, start?: Containers['start']): DriverContainers {
  if (start === undefined) return containers;
  return {
    create: (spec) => containers.create(spec),
    start,
    inspect: (name) => containers.inspect(name),
    kill: (name, signal) => containers.kill(name, signal),
    remove: (name) => containers.remove(name),
    logs: (name, lines) => containers.logs(name, lines),
  };
}

async function startDocker(): Promise<DockerWorld> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mendloop-docker-'));
  const rounds = path.join(folder, 'rounds');
  await mkdir(rounds);
  const socket = path.join(folder, 'docker.sock');
  let daemon: Daemon;
  // Of its own, as on every real machine: jobs go on while the engine is started anew.
  let containerd: Daemon | null = null;
  const docker: DockerWorld['docker'] = async (...args) =>
    (await execute('docker', ['-H', `unix://${socket}`, ...args])).stdout;
  const config: DockerConfig = {
    name: 'docker',
    kind: 'docker',
    profile: 'cpu',
    settings: {},
    python: ['/usr/bin/python3'],
    rounds_dir: { app: rounds, cluster: '/rounds' },
    env: {},
    resources: { nodes: 1, gpus_per_node: 0, gpu_type: null, cpus: 1, mem_gb: 1 },
    docker: {
      image: 'mendloop-empty:1',
      gpus: 0,
      mounts: ['/usr', '/bin', '/lib', '/lib64', here].map((host) => ({ host, container: host })),
    },
  };
  const driver = ['/usr/bin/python3', path.join(here, 'probe_job.py')];
  const containers = openContainers(socket);
  const open = (start?: Containers['start'], program: readonly string[] = driver): DockerCluster =>
    new DockerCluster({ config, containers: withStart(containers, start), driver: program });
  const world: DockerWorld = {
    config,
    rounds,
    roundsThere: config.rounds_dir.cluster,
    cluster: open(),
    open,
    openModule: (module) => open(undefined, ['/usr/bin/python3', '-m', module]),
    share: (shared) => config.docker.mounts.push({ host: shared, container: shared }),
    async pidHere({ key }) {
      const found = (await docker('top', key, '-o', 'pid,args'))
        .split('\n')
        .find((line) => / \/usr\/bin\/python3 /.test(line));
      return Number.parseInt(found ?? '0', 10);
    },
    engine: () => daemon,
    containers,
    docker,
    async start() {
      containerd ??= startDaemon('containerd', containerdArguments(folder), {
        log: path.join(folder, 'containerd.log'),
      });
      await eventually('containerd', () =>
        stat(containerdSocket(folder)).then(
          () => true,
          () => false,
        ),
      );
      const folders = ['--data-root', path.join(folder, 'data'), '--exec-root', path.join(folder, 'exec')];
      const off = ['--bridge=none', '--iptables=false', '--ip-masq=false', '--storage-driver=vfs'];
      const args = [
        '-H',
        `unix://${socket}`,
        '--containerd',
        containerdSocket(folder),
        '--pidfile',
        path.join(folder, 'pid'),
        '--live-restore',
        ...folders,
        ...off,
      ];
      daemon = startDaemon('dockerd', args, { log: path.join(folder, 'log') });
      const answers = (): Promise<boolean> =>
        docker('version').then(
          () => true,
          () => false,
        );
      await eventually('the Docker engine', async () => !daemon.isRunning() || answers());
      if (!daemon.isRunning()) throw new Error(await lastWords(path.join(folder, 'log')));
    },
    async [Symbol.asyncDispose]() {
      const names = (await docker('ps', '-aq').catch(() => '')).split('\n').filter(Boolean);
      if (names.length > 0) await docker('rm', '-f', ...names).catch(() => '');
      await daemon.kill('SIGTERM');
      await containerd?.kill('SIGTERM');
      await unmountBelow(folder);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  await startedOrEnded(world, async () => {
    await world.start();
    await makeImage(folder, docker);
    await runProbe(docker);
  });
  return world;
}
