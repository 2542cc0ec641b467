import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { rayClient } from '../../../src/cluster/ray/http.ts';
import { RayCluster } from '../../../src/cluster/ray/ray-cluster.ts';
import type { RayConfig } from '../../../src/cluster/ray/submission.ts';
import { sharedFolder } from '../../../src/round-files/shared-folder.ts';
import { rayBin } from '../../support/python-environments.ts';
import { probeJob, signal } from '../contract.ts';
import { eventually, freePorts, startedOrEnded } from './daemon.ts';
import type { RoundWorld } from './full-round.ts';

const execute = promisify(execFile);

export interface RayOptions {
  readonly token?: string;
  /** Seconds that a job may wait for resources. */
  readonly startTimeout?: number;
}

/** A head of Ray on this machine, all of it on loopback and in a folder of its own. */
export interface RayWorld extends RoundWorld, AsyncDisposable {
  readonly folder: string;
  readonly url: string;
  readonly config: RayConfig;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Numbers of our own Ray processes whose command line holds the text. */
  processes(text: string): Promise<number[]>;
  open(driver?: readonly string[], token?: string | null): RayCluster;
}

/** Processes that were started for this folder. `ray stop` would end every Ray of the machine. */
function ownProcesses(folder: string, text: string): number[] {
  const read = (pid: string, name: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${name}`, 'utf8');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => read(pid, 'cmdline').replaceAll('\0', ' ').includes(text))
    .filter((pid) => read(pid, 'cmdline').includes(folder) || read(pid, 'environ').includes(`HOME=${folder}`))
    .map(Number);
}

/** Ray takes the address of a network card for 127.0.0.1, unless it believes that it runs on macOS. */
function environmentOf(folder: string, { token, startTimeout = 120 }: RayOptions): NodeJS.ProcessEnv {
  return {
    PATH: `${rayBin}:${process.env['PATH']}`,
    HOME: folder,
    RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER: '0',
    RAY_JOB_START_TIMEOUT_SECONDS: String(startTimeout),
    RAY_AUTH_MODE: token === undefined ? 'disabled' : 'token',
    ...(token === undefined ? {} : { RAY_AUTH_TOKEN: token }),
  };
}

const named = [
  'port',
  'dashboard-port',
  'dashboard-agent-listen-port',
  'dashboard-agent-grpc-port',
  'runtime-env-agent-port',
  'metrics-export-port',
  'node-manager-port',
  'object-manager-port',
  'ray-client-server-port',
] as const;

function startArguments(folder: string, ports: readonly number[]): string[] {
  const given = named.flatMap((name, i) => [`--${name}`, String(ports[i])]);
  const workers = ['--min-worker-port', '28300', '--max-worker-port', '28399'];
  const loopback = ['--node-ip-address', '127.0.0.1', '--dashboard-host', '127.0.0.1'];
  const size = ['--num-cpus', '2', '--object-store-memory', '100000000'];
  const own = ['--temp-dir', path.join(folder, 'ray'), '--disable-usage-stats'];
  return ['start', '--head', ...loopback, ...given, ...workers, ...size, ...own];
}

/** Ray gives a raylet 30 s to register and has no setting for it: too few on a machine that is busy. */
async function startHead({ stop }: Pick<RayWorld, 'stop'>, start: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await start();
      return;
    } catch (error) {
      if (tries === 3) throw error;
      await stop();
    }
  }
}

export async function startRay(options: RayOptions = {}): Promise<RayWorld> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ml-ray-'));
  const rounds = path.join(folder, 'rounds');
  await mkdir(rounds);
  const ports = await freePorts(named.length);
  const env = environmentOf(folder, options);
  const url = `http://127.0.0.1:${ports[1]}`;
  const config: RayConfig = {
    name: 'ray',
    kind: 'ray',
    profile: 'cpu',
    settings: {},
    python: ['python3'],
    rounds_dir: { app: rounds, cluster: rounds },
    env: {},
    resources: { nodes: 1, gpus_per_node: 0, gpu_type: null, cpus: 1, mem_gb: 1 },
    ray: { url, token_env: null, entrypoint_cpus: 0, entrypoint_gpus: 0 },
  };
  const open: RayWorld['open'] = (driver = probeJob, token = options.token ?? null) =>
    new RayCluster({ config, files: sharedFolder(rounds), ask: rayClient(url, token), driver });
  const world: RayWorld = {
    folder,
    url,
    config,
    rounds,
    cluster: open(),
    open,
    openModule: (module) => open(['python3', '-m', module]),
    processes: async (text) => ownProcesses(folder, text),
    async start() {
      await startHead(world, () =>
        execute(path.join(rayBin, 'ray'), startArguments(folder, ports), { env, cwd: folder }),
      );
      const ask = rayClient(url, options.token ?? null);
      const answers = async (): Promise<boolean> =>
        ask('GET', '/api/version', signal).then(
          ({ status }) => status === 200,
          () => false,
        );
      await eventually('the dashboard', answers);
    },
    async stop() {
      const all = (): number[] => ownProcesses(folder, '');
      for (const ends = Date.now() + 20_000; all().length > 0 && Date.now() < ends;) {
        for (const pid of all()) {
          try {
            process.kill(pid, 'SIGKILL');
          } catch {
            // It ended with its parent.
          }
        }
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    },
    async [Symbol.asyncDispose]() {
      await world.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  await startedOrEnded(world, () => world.start());
  return world;
}
