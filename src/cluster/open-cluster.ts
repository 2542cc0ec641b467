import type { Cluster } from '../domain/cluster-job.ts';
import { MendloopError } from '../domain/errors.ts';
import type { RoundFiles } from '../domain/round-files.ts';
import type { ClusterConfig, ClusterOfKind } from './config/clusters-file.ts';
import { DockerCluster, type DriverContainers } from './docker/docker-cluster.ts';
import type { RoundsDir } from './job/round-paths.ts';
import { LocalCluster } from './local/local-cluster.ts';
import { rayClient } from './ray/http.ts';
import { RayCluster } from './ray/ray-cluster.ts';
import { slurmCommands } from './slurm/commands.ts';
import { SlurmCluster } from './slurm/slurm-cluster.ts';

/** What clusters need of this installation. */
export interface ClusterPorts {
  /** Where tokens and the folders of Slurm's commands are found. */
  readonly environment: NodeJS.ProcessEnv;
  readonly containers: () => Promise<DriverContainers>;
  /** The files of a folder of round directories, by its path here. */
  readonly files: (folder: string) => RoundFiles;
  /** Where round directories lie on a local cluster that does not say where. */
  readonly rounds: string;
  readonly local: {
    /** Of clusters that name no Python; it may be made first, which takes minutes. */
    readonly python: () => Promise<readonly string[]>;
    /** All that a local job gets beside its own variables. */
    readonly environment: Readonly<Record<string, string>>;
    /** Holds a folder for each job. */
    readonly jobs: string;
  };
}

/** The folder of round directories of a cluster. */
export function roundsDirOf(
  { rounds_dir }: ClusterConfig,
  { rounds }: Pick<ClusterPorts, 'rounds'>,
): RoundsDir {
  return rounds_dir ?? { app: rounds, cluster: rounds };
}

function tokenOf({ ray, name }: ClusterOfKind<'ray'>, environment: NodeJS.ProcessEnv): string | null {
  if (ray.token_env === null) return null;
  const token = environment[ray.token_env]?.trim();
  if (token) return token;
  throw new MendloopError('config_invalid', `cluster ${name}: the variable ${ray.token_env} is not set`);
}

/** Runs `module` of the trainer's package as the driver of each job. Throws `config_invalid` without a token that is needed. */
export async function openCluster(
  config: ClusterConfig,
  ports: ClusterPorts,
  module = 'mendloop_trainer',
): Promise<Cluster> {
  const driver = [...(config.python ?? (await ports.local.python())), '-m', module];
  const files = ports.files(roundsDirOf(config, ports).app);
  switch (config.kind) {
    case 'local':
      return new LocalCluster({
        name: config.name,
        folder: ports.local.jobs,
        driver,
        environment: ports.local.environment,
      });
    case 'docker':
      return new DockerCluster({ config, driver, containers: await ports.containers() });
    case 'ray':
      return new RayCluster({
        config,
        files,
        driver,
        ask: rayClient(config.ray.url, tokenOf(config, ports.environment)),
      });
    case 'slurm':
      return new SlurmCluster({ config, files, driver, run: slurmCommands(config, ports.environment) });
    default:
      return config satisfies never;
  }
}
