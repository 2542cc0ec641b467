import type { ClusterConfig } from '../config/clusters-file.ts';
import type { ProbeReport } from './probe-report.ts';

export const probeChecks = [
  'rounds_dir',
  'scheduler',
  'job',
  'trainer',
  'node',
  'reward_server',
  'cpus',
  'memory',
  'gpus',
  'disk',
] as const;

/** `warn`: rounds can run, and something is other than configured. */
export interface ProbeFinding {
  readonly check: (typeof probeChecks)[number];
  readonly state: 'ok' | 'warn' | 'fail';
  readonly message: string;
  readonly hint: string | null;
}

const gib = 2 ** 30;
const contract = 'mendloop.round/1';
/** A round with the checkpoints of a model of 8 billion parameters. */
const wantedFreeBytes = 20 * gib;

function finding(check: ProbeFinding['check'], good: boolean, message: string, hint: string): ProbeFinding {
  return { check, state: good ? 'ok' : 'fail', message, hint: good ? null : hint };
}

function softened(found: ProbeFinding): ProbeFinding {
  return found.state === 'fail' ? { ...found, state: 'warn' } : found;
}

function packagesOf({ packages }: ProbeReport): string {
  const listed = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return listed.length === 0 ? 'no engine packages' : listed.join(', ');
}

/** Compares what a job saw with what the cluster is configured to have. */
export function judgeProbe({ resources }: ClusterConfig, seen: ProbeReport): ProbeFinding[] {
  const gpus = seen.gpus.map(({ name, memory_mib }) => `${name} (${Math.round(memory_mib / 1024)} GiB)`);
  const memory = Math.round(seen.memory_bytes / gib);
  return [
    finding(
      'trainer',
      seen.contract === contract,
      `${seen.contract} on Python ${seen.python}: ${packagesOf(seen)}`,
      `Install the trainer of this version of Mendloop there; it speaks ${contract}.`,
    ),
    finding(
      'node',
      seen.node !== null,
      seen.node === null ? 'no Node 20 or newer' : `${seen.node.version} at ${seen.node.path}`,
      'Install Node there, or name it by MENDLOOP_NODE in `env` of the cluster.',
    ),
    finding(
      'reward_server',
      seen.reward_server === 'ready',
      seen.reward_server,
      'It needs Node 20 or newer and loopback.',
    ),
    softened(
      finding(
        'cpus',
        seen.cpus >= resources.cpus,
        `${seen.cpus} of ${resources.cpus}`,
        'Lower resources.cpus.',
      ),
    ),
    softened(
      finding(
        'memory',
        seen.memory_bytes >= resources.mem_gb * gib * 0.95,
        `${memory} of ${resources.mem_gb} GiB`,
        'Lower resources.mem_gb.',
      ),
    ),
    finding(
      'gpus',
      gpus.length >= resources.gpus_per_node,
      gpus.length === 0 ? 'none' : gpus.join(', '),
      `resources.gpus_per_node is ${resources.gpus_per_node}: does the job ask for GPUs, and is nvidia-smi there?`,
    ),
    softened(
      finding(
        'disk',
        seen.free_bytes >= wantedFreeBytes,
        `${Math.floor(seen.free_bytes / gib)} GiB free in rounds_dir`,
        'A round of a model of 8 billion parameters writes up to 20 GiB.',
      ),
    ),
  ];
}
