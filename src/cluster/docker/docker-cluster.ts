import type { Cluster, ClusterJob, NativeStatus } from '../../domain/cluster-job.ts';
import { isMendloopError, MendloopError } from '../../domain/errors.ts';
import type { ClusterOfKind } from '../config/clusters-file.ts';
import { checkKey, checkSameSpec } from '../job-key.ts';
import { orAborted } from '../or-aborted.ts';
import { pathHere } from '../round-paths.ts';
import type { ContainerHost, ContainerRequest, ContainerState } from './container-host.ts';

export type DockerConfig = ClusterOfKind<'docker'>;

export interface DockerClusterOptions {
  readonly config: DockerConfig;
  readonly host: ContainerHost;
  /** Program and first arguments that run the driver: `python -m mendloop_trainer`. */
  readonly driver: readonly string[];
}

const specLabel = 'mendloop.spec';
const outOfMemory = 21;
const shownLines = 2000;
const lost = (reason: string): NativeStatus => ({ state: 'lost', exitCode: null, reason });

/** The state and exit code of a container (docs/contracts/clusters.md#states). */
export function containerStatus(state: ContainerState | null): NativeStatus {
  if (state === null) return lost('unknown_job');
  if (state.status === 'gone') return lost('container_dead');
  if (state.status === 'created') return { state: 'queued', exitCode: null, reason: null };
  if (state.status === 'running') return { state: 'running', exitCode: null, reason: null };
  if (state.wasOutOfMemory) return { state: 'failed', exitCode: outOfMemory, reason: 'OOMKilled' };
  return { state: state.exitCode === 0 ? 'succeeded' : 'failed', exitCode: state.exitCode, reason: null };
}

function requestOf(
  { docker, rounds_dir }: DockerConfig,
  driver: readonly string[],
  job: ClusterJob,
): ContainerRequest {
  return {
    name: job.key,
    image: docker.image,
    command: [...driver, ...job.args],
    env: { ...job.env, MENDLOOP_CONTAINER: job.key },
    labels: {
      'mendloop.round': job.round_id,
      'mendloop.attempt': String(job.attempt),
      [specLabel]: job.spec_sha256,
    },
    mounts: [
      // The round alone: a container does not see the data of the others.
      { host: pathHere(rounds_dir, job.roundDir), container: job.roundDir, readOnly: false },
      ...docker.mounts.map(({ host, container }) => ({ host, container, readOnly: true })),
    ],
    gpus: docker.gpus,
    cpus: job.resources.cpus,
    memoryBytes: job.resources.memoryGb * 2 ** 30,
  };
}

/** Translates the engine's error. The engine's operations take no signal: an abort ends the waiting for them. */
async function reaching<T>(signal: AbortSignal, action: () => Promise<T>): Promise<T> {
  try {
    return await orAborted(signal, action);
  } catch (cause) {
    if (!isMendloopError(cause) || cause.code !== 'docker_unreachable') throw cause;
    throw new MendloopError('cluster_unreachable', cause.message, { cause });
  }
}

/** Containers of a Docker engine, one for each job and of its name (docs/contracts/clusters.md#docker). */
export class DockerCluster implements Cluster {
  readonly kind = 'docker';
  readonly name: string;
  readonly #options: DockerClusterOptions;

  constructor(options: DockerClusterOptions) {
    this.name = options.config.name;
    this.#options = options;
  }

  submit(job: ClusterJob, signal: AbortSignal): Promise<{ readonly nativeId: string }> {
    const { config, host, driver } = this.#options;
    return reaching(signal, async () => {
      const isNew = await host.create(requestOf(config, driver, { ...job, key: checkKey(job.key) }));
      const state = isNew ? null : await host.inspect(job.key);
      if (!isNew) checkSameSpec(job.key, state?.labels[specLabel], job.spec_sha256);
      if (isNew || state?.status === 'created') await this.#start(job.key);
      return { nativeId: job.key };
    });
  }

  /** Nothing ran in a container that the engine refuses to start (no GPU, a folder that it cannot see): it goes. */
  async #start(name: string): Promise<void> {
    const { host } = this.#options;
    try {
      await host.start(name);
    } catch (error) {
      if (isMendloopError(error) && error.code === 'cluster_refused') await host.remove(name);
      throw error;
    }
  }

  /** A container that was made and never started is no job yet: submitting it again starts it. */
  async find(key: string, signal: AbortSignal): Promise<{ readonly nativeId: string } | null> {
    const state = await this.#inspect(key, signal);
    return state === null || state.status === 'created' ? null : { nativeId: key };
  }

  #inspect(key: string, signal: AbortSignal): Promise<ContainerState | null> {
    return reaching(signal, () => this.#options.host.inspect(checkKey(key)));
  }

  async status(nativeId: string, signal: AbortSignal): Promise<NativeStatus> {
    return containerStatus(await this.#inspect(nativeId, signal));
  }

  async requestStop(nativeId: string, signal: AbortSignal): Promise<void> {
    await this.#end('SIGTERM', nativeId, signal);
  }

  async kill(nativeId: string, signal: AbortSignal): Promise<void> {
    await this.#end('SIGKILL', nativeId, signal);
  }

  /** Signals the driver; removes a container that was never started. */
  async #end(name: 'SIGTERM' | 'SIGKILL', nativeId: string, signal: AbortSignal): Promise<void> {
    const { host } = this.#options;
    const { state } = await this.status(nativeId, signal);
    if (state === 'queued') await reaching(signal, () => host.remove(nativeId));
    if (state === 'running') await reaching(signal, () => host.signal(nativeId, name));
  }

  async logTail(nativeId: string, bytes: number, signal: AbortSignal): Promise<string> {
    const text = await reaching(signal, () => this.#options.host.logs(checkKey(nativeId), shownLines));
    return Buffer.from(text).subarray(-bytes).toString('utf8');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held.
  }
}
