import { readFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import type { z } from 'zod';
import { MendloopError } from '../../domain/errors.ts';
import { type ClusterConfig, clustersFile } from './clusters-file.ts';

/** What there is without a file: this machine, without its GPUs. */
function thisMachine(): ClusterConfig {
  return {
    name: 'local',
    kind: 'local',
    profile: 'cpu',
    settings: {},
    resources: {
      nodes: 1,
      gpus_per_node: 0,
      gpu_type: null,
      cpus: Math.min(8, availableParallelism()),
      mem_gb: Math.max(1, Math.floor(totalmem() / 2 ** 30)),
    },
    env: {},
  };
}

function refusal({ path, message }: z.core.$ZodIssue): MendloopError {
  const field = path.length === 0 ? 'the file' : path.join('.');
  return new MendloopError('config_invalid', `mendloop.clusters.json: ${field}: ${message}`);
}

/** Throws `config_invalid`, which names the field that is wrong. */
export function parseClusters(text: string): readonly ClusterConfig[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new MendloopError('config_invalid', 'mendloop.clusters.json is not JSON', { cause });
  }
  const parsed = clustersFile.safeParse(content);
  if (parsed.success) return parsed.data.clusters;
  const [first] = parsed.error.issues;
  throw first === undefined ? parsed.error : refusal(first);
}

/** The clusters of the file; without one there is one cluster `local`, this machine. */
export async function readClusters(file: string): Promise<readonly ClusterConfig[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [thisMachine()];
    throw new MendloopError('config_invalid', 'mendloop.clusters.json cannot be read', { cause });
  }
  return parseClusters(text);
}

/** Throws `not_found`. */
export function clusterNamed(clusters: readonly ClusterConfig[], name: string): ClusterConfig {
  const found = clusters.find((cluster) => cluster.name === name);
  if (found) return found;
  const known = clusters.map((cluster) => cluster.name).join(', ');
  throw new MendloopError('not_found', `no cluster ${name} is configured; there are: ${known}`);
}
