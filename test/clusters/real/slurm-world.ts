import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { slurmCommands } from '../../../src/cluster/slurm/commands.ts';
import type { SlurmConfig } from '../../../src/cluster/slurm/script.ts';
import { SlurmCluster } from '../../../src/cluster/slurm/slurm-cluster.ts';
import { sharedFolder } from '../../../src/round-files/shared-folder.ts';
import { probeJob } from '../contract.ts';
import { type Accounting, startAccounting } from './accounting.ts';
import { type Daemon, eventually, freePorts, startDaemon, startedOrEnded } from './daemon.ts';
import type { RoundWorld } from './full-round.ts';

const execute = promisify(execFile);
export type Node = 'n1' | 'n2';
const nodes: readonly Node[] = ['n1', 'n2'];

export interface SlurmOptions {
  /** Seconds for which the controller remembers ended jobs. */
  readonly minJobAge?: number;
  /** With slurmdbd, in a MariaDB of its own. */
  readonly accounting?: true;
}

/** Two nodes of Debian's Slurm on this machine, all of it on loopback and in a folder of its own. */
export interface SlurmWorld extends RoundWorld, AsyncDisposable {
  readonly config: SlurmConfig;
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly daemons: Map<Node | 'slurmctld' | 'munged', Daemon>;
  startController(): Promise<void>;
  startNode(node: Node): void;
  /** Runs one of Slurm's own commands. */
  ask(program: string, ...args: readonly string[]): Promise<string>;
  untilIdle(seconds?: number): Promise<void>;
}

interface Ports {
  readonly controller: number;
  readonly nodes: readonly number[];
}

function configuration(
  folder: string,
  ports: Ports,
  { minJobAge = 300 }: SlurmOptions,
  accounting: Accounting | null,
): string {
  const host = hostname();
  return `ClusterName=mend
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${ports.controller}
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=${folder}/run/munge.sock
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool-%n
SlurmctldPidFile=${folder}/run/slurmctld.pid
SlurmdPidFile=${folder}/run/slurmd-%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
${(accounting?.lines ?? ['AccountingStorageType=accounting_storage/none']).join('\n')}
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=batch_sched_delay=0,sched_min_interval=100000,bf_interval=5
JobRequeue=0
ReturnToService=2
SlurmdTimeout=30
KillWait=5
MinJobAge=${minJobAge}
MpiDefault=none
${nodes.map((node, i) => `NodeName=${node} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${ports.nodes[i]} CPUs=2 RealMemory=4000 State=UNKNOWN`).join('\n')}
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`;
}

export async function startMunge(folder: string, log: string): Promise<Daemon> {
  await writeFile(path.join(folder, 'munge.key'), randomBytes(1024), { mode: 0o600 });
  const socket = path.join(folder, 'munge.sock');
  const files = ['key-file=munge.key', 'socket=munge.sock', 'pid-file=munged.pid', 'seed-file=munged.seed'];
  const args = files.map((option) => `--${option.replace('=', `=${folder}/`)}`);
  const daemon = startDaemon('munged', ['--foreground', '--force', ...args, `--log-file=${log}`], { log });
  await eventually('munge', () =>
    execute('munge', ['-S', socket, '-n']).then(
      () => true,
      () => false,
    ),
  );
  return daemon;
}

export async function startSlurm(options: SlurmOptions = {}): Promise<SlurmWorld> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mendloop-slurm-'));
  await chmod(folder, 0o755);
  for (const name of ['state', 'log', 'run', 'rounds', ...nodes.map((node) => `spool-${node}`)]) {
    await mkdir(path.join(folder, name));
  }
  const [controller = 0, ...rest] = await freePorts(1 + nodes.length);
  const conf = path.join(folder, 'slurm.conf');
  const env = { PATH: process.env['PATH'], HOME: folder, SLURM_CONF: conf };
  const log = (name: string): string => path.join(folder, 'log', `${name}.log`);
  const daemons: SlurmWorld['daemons'] = new Map();
  daemons.set('munged', await startMunge(path.join(folder, 'run'), log('munged')));
  const accounting = options.accounting ? await startAccounting(folder) : null;
  await writeFile(conf, configuration(folder, { controller, nodes: rest }, options, accounting));
  const config: SlurmConfig = {
    name: 'slurm',
    kind: 'slurm',
    profile: 'cpu',
    settings: {},
    python: ['python3'],
    rounds_dir: { app: path.join(folder, 'rounds'), cluster: path.join(folder, 'rounds') },
    env: {},
    resources: { nodes: 1, gpus_per_node: 0, gpu_type: null, cpus: 1, mem_gb: 1 },
    slurm: { conf, setup: ['export MENDLOOP_SETUP=done'], sbatch: ['--exclusive=user'] },
  };
  const open = (driver: readonly string[] = probeJob): SlurmCluster =>
    new SlurmCluster({
      config,
      files: sharedFolder(config.rounds_dir.app),
      run: slurmCommands(config, env),
      driver,
    });
  const ask = async (program: string, ...args: readonly string[]): Promise<string> =>
    (await execute(program, args, { env })).stdout;
  const world: SlurmWorld = {
    folder,
    env,
    daemons,
    rounds: config.rounds_dir.app,
    config,
    cluster: open(),
    open: () => open(),
    openModule: (module) => open(['python3', '-m', module]),
    ask,
    async startController() {
      daemons.set('slurmctld', startDaemon('slurmctld', ['-D'], { env, log: log('slurmctld') }));
      await eventually('slurmctld', () =>
        ask('scontrol', 'ping').then(
          (text) => /UP/.test(text),
          () => false,
        ),
      );
    },
    startNode(node) {
      daemons.set(node, startDaemon('slurmd', ['-D', '-N', node], { env, log: log(`slurmd-${node}`) }));
    },
    async untilIdle(seconds = 60) {
      const states = async (): Promise<boolean> =>
        (await ask('sinfo', '-h', '-N', '-o', '%T').catch(() => ''))
          .split('\n')
          .filter(Boolean)
          .every((state) => state === 'idle');
      await eventually('idle nodes', states, seconds);
    },
    async [Symbol.asyncDispose]() {
      await ask('scancel', '--me').catch(() => '');
      await new Promise((resolve) => setTimeout(resolve, 500));
      const [munge, ...others] = daemons.values();
      for (const daemon of others.reverse()) await daemon.kill('SIGTERM');
      for (const daemon of accounting?.daemons ?? []) await daemon.kill('SIGTERM');
      await munge?.kill('SIGTERM');
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  await startedOrEnded(world, async () => {
    await world.startController();
    for (const node of nodes) world.startNode(node);
    await world.untilIdle();
  });
  return world;
}
