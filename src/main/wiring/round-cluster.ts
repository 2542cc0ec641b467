import path from 'node:path';
import { openCluster, roundsDirOf } from '../../cluster/open-cluster.ts';
import type { Config } from '../../config/config.ts';
import { processEnvironment } from '../../config/process-environment.ts';
import type { EngineName } from '../../domain/round.ts';
import { requirePython } from '../../python/find-python.ts';
import { trainerEnvironment } from '../../python/trainer-environment.ts';
import { sharedFolder } from '../../round-files/shared-folder.ts';
import type { RoundCluster } from '../../train/round/cluster/round-cluster.ts';
import { trainerFolder } from '../round-assets.ts';
import { clusterPorts, configuredCluster, driverEnvironment } from './clusters.ts';

type Progress = (message: string) => void;

/** The fake engine needs nothing but Python; the others an environment of their own, made when it is first needed. */
async function localPython(config: Config, engine: EngineName, onProgress: Progress): Promise<string> {
  const environment = processEnvironment();
  if (engine === 'fake') return requirePython(environment);
  const { python } = await trainerEnvironment({
    folder: path.join(config.home, 'trainer', 'environments'),
    trainer: trainerFolder(),
    environment,
    onProgress,
  });
  return python;
}

/** The cluster of a round, as `mendloop.clusters.json` has it. */
export async function roundCluster(
  config: Config,
  { cluster: name, engine }: { readonly cluster: string; readonly engine: EngineName },
  onProgress: Progress,
): Promise<RoundCluster> {
  const found = await configuredCluster(config, name);
  const ports = clusterPorts(config, () => localPython(config, engine, onProgress));
  const cluster = await openCluster(found, ports);
  const { profile, settings, resources } = found;
  const roundsDir = roundsDirOf(found, ports);
  return {
    cluster,
    profile,
    settings,
    resources,
    files: sharedFolder(roundsDir.app),
    roundsDir: roundsDir.cluster,
    filesOf: sharedFolder,
    env: driverEnvironment(found),
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}
