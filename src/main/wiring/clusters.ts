import path from 'node:path';
import type { ClusterServices } from '../../cli/frame/cluster-services.ts';
import { checkCluster } from '../../cluster/check/check-cluster.ts';
import type { ClusterConfig } from '../../cluster/config/clusters-file.ts';
import { clusterNamed, readClusters } from '../../cluster/config/read-clusters.ts';
import { type ClusterPorts, openCluster, roundsDirOf } from '../../cluster/open-cluster.ts';
import type { Config } from '../../config/config.ts';
import { processEnvironment } from '../../config/process-environment.ts';
import { trainingFolders } from '../../config/training-folders.ts';
import type { RoundFiles } from '../../domain/ports/round-files.ts';
import { requirePython } from '../../python/find-python.ts';
import { sharedFolder } from '../../round-files/shared-folder.ts';
import { roundAssets, trainerFolder } from './round-assets.ts';

/** The environment of a local driver: it holds none of Mendloop's settings and credentials. */
function localEnvironment(): Record<string, string> {
  const { PATH = '', HOME, LANG = 'C.UTF-8', TMPDIR } = processEnvironment();
  return {
    PATH,
    LANG,
    PYTHONPATH: trainerFolder(),
    ...(HOME === undefined ? {} : { HOME }),
    ...(TMPDIR === undefined ? {} : { TMPDIR }),
  };
}

/**
 * Gives the clusters what they need of this installation. `python` returns the interpreter of local clusters that name
 * none.
 */
export function clusterPorts(config: Config, python: () => Promise<string>): ClusterPorts {
  return {
    environment: processEnvironment(),
    async containers() {
      const { openContainers } = await import('../../docker/containers.ts');
      return openContainers();
    },
    files: sharedFolder,
    rounds: trainingFolders(config).rounds,
    local: {
      python: async () => [await python()],
      environment: localEnvironment(),
      jobs: path.join(config.home, 'jobs'),
    },
  };
}

/** The variables of a driver beside those of every round. A local driver is told the path of Node. */
export function driverEnvironment({ kind, env }: ClusterConfig): Record<string, string> {
  return kind === 'local' ? { MENDLOOP_NODE: process.execPath, ...env } : { ...env };
}

export async function configuredCluster({ home }: Config, name: string): Promise<ClusterConfig> {
  return clusterNamed(await configuredClusters(home), name);
}

function configuredClusters(home: string): Promise<readonly ClusterConfig[]> {
  return readClusters(path.join(home, 'mendloop.clusters.json'));
}

/** Returns every folder in which round directories may lie on this host. */
export async function roundsFolders(config: Config): Promise<RoundFiles[]> {
  const { rounds } = trainingFolders(config);
  const configured = await configuredClusters(config.home);
  const folders = new Set([rounds, ...configured.map((cluster) => roundsDirOf(cluster, { rounds }).app)]);
  return [...folders].map(sharedFolder);
}

export function clusterServices(config: Config): ClusterServices {
  // The probe needs Python alone, without the trainer's environment.
  const ports = clusterPorts(config, () => requirePython(processEnvironment()));
  return {
    async list() {
      return (await configuredClusters(config.home)).map((cluster) => {
        const { nodes, gpus_per_node, cpus, mem_gb } = cluster.resources;
        const { name, kind, profile } = cluster;
        const rounds_dir = roundsDirOf(cluster, ports).app;
        return { name, kind, profile, nodes, gpus_per_node, cpus, mem_gb, rounds_dir };
      });
    },
    async check(name, { seconds, onProgress }) {
      const cluster = await configuredCluster(config, name);
      const { rewardServer } = await roundAssets(path.join(config.home, 'trainer'))();
      const rounds = roundsDirOf(cluster, ports);
      return checkCluster({
        config: cluster,
        open: () => openCluster(cluster, ports, 'mendloop_trainer.probe'),
        rounds,
        files: sharedFolder(rounds.app),
        env: driverEnvironment(cluster),
        rewardServer,
        seconds,
        onProgress,
      });
    },
  };
}
