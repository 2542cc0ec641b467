import type { Cluster, ClusterJob, NativeStatus } from '../../domain/cluster-job.ts';
import type { Containers, ContainerSpec, ContainerState } from '../../domain/containers.ts';
import { isMendloopError, MendloopError } from '../../domain/errors.ts';
import type { ClusterOfKind } from '../config/clusters-file.ts';
import { checkKey, checkSameSpec } from '../job/job-key.ts';
import { orAborted } from '../job/or-aborted.ts';
import { pathHere } from '../job/round-paths.ts';

export type DockerConfig = ClusterOfKind<'docker'>;

/** The operations of the adapter that the cluster uses. */
export type DriverContainers = Pick<Containers, 'create' | 'start' | 'inspect' | 'kill' | 'remove' | 'logs'>;

export interface DockerClusterOptions {
  readonly config: DockerConfig;
  readonly containers: DriverContainers;
  /** Program and first arguments that run the driver: `python -m mendloop_trainer`. */
  readonly driver: readonly string[];
}

const specLabel = 'mendloop.spec';
const outOfMemory = 21;
const shownLines = 2000;
const maxShmBytes = 16 * 2 ** 30;
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

function specOf(
  { docker, rounds_dir }: DockerConfig,
  driver: readonly string[],
  job: ClusterJob,
): ContainerSpec {
  const memoryBytes = job.resources.memoryGb * 2 ** 30;
  return {
    name: job.key,
    image: docker.image,
    command: [...driver, ...job.args],
    env: { HOME: '/tmp', ...job.env, MENDLOOP_CONTAINER: job.key },
    labels: {
      'mendloop.round': job.round_id,
      'mendloop.attempt': String(job.attempt),
      [specLabel]: job.spec_sha256,
    },
    mounts: [
      // Only this round's folder: a container does not see the data of other rounds.
      { host: pathHere(rounds_dir, job.roundDir), container: job.roundDir, readOnly: false },
      ...docker.mounts.map(({ host, container }) => ({ host, container, readOnly: true })),
    ],
    // The files that the driver writes belong to the account of Mendloop.
    user: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
    gpus: docker.gpus,
    network: 'none',
    limits: {
      cpus: job.resources.cpus,
      memoryBytes,
      shmBytes: Math.min(maxShmBytes, Math.floor(memoryBytes / 2)),
    },
  };
}

const clusterCodes = {
  docker_unreachable: 'cluster_unreachable',
  docker_refused: 'cluster_refused',
} as const;

/**
 * Translates the errors of the engine to those of a cluster. The engine's operations take no signal: an abort ends the waiting for
 * them.
 */
async function withClusterErrors<T>(signal: AbortSignal, action: () => Promise<T>): Promise<T> {
  try {
    return await orAborted(signal, action);
  } catch (cause) {
    if (!isMendloopError(cause)) throw cause;
    const code = clusterCodes[cause.code as keyof typeof clusterCodes];
    if (code === undefined) throw cause;
    throw new MendloopError(code, cause.message, { cause });
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
    const { config, containers, driver } = this.#options;
    return withClusterErrors(signal, async () => {
      const isNew = await containers.create(specOf(config, driver, { ...job, key: checkKey(job.key) }));
      const state = isNew ? null : await containers.inspect(job.key);
      if (!isNew) checkSameSpec(job.key, state?.labels[specLabel], job.spec_sha256);
      if (isNew || state?.status === 'created') await this.#start(job.key);
      return { nativeId: job.key };
    });
  }

  /** Removes a container that the engine refuses to start (no GPU, a folder that it cannot see): no driver ran in it. */
  async #start(name: string): Promise<void> {
    const { containers } = this.#options;
    try {
      await containers.start(name);
    } catch (error) {
      if (isMendloopError(error) && error.code === 'docker_refused') await containers.remove(name);
      throw error;
    }
  }

  /** A container that was made and never started is no job yet: submitting it again starts it. */
  async find(key: string, signal: AbortSignal): Promise<{ readonly nativeId: string } | null> {
    const state = await this.#inspect(key, signal);
    return state === null || state.status === 'created' ? null : { nativeId: key };
  }

  #inspect(key: string, signal: AbortSignal): Promise<ContainerState | null> {
    return withClusterErrors(signal, () => this.#options.containers.inspect(checkKey(key)));
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
    const { containers } = this.#options;
    const { state } = await this.status(nativeId, signal);
    if (state === 'queued') await withClusterErrors(signal, () => containers.remove(nativeId));
    if (state === 'running') await withClusterErrors(signal, () => containers.kill(nativeId, name));
  }

  async logTail(nativeId: string, bytes: number, signal: AbortSignal): Promise<string> {
    const text = await withClusterErrors(signal, () =>
      this.#options.containers.logs(checkKey(nativeId), shownLines),
    );
    return Buffer.from(text).subarray(-bytes).toString('utf8');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held.
  }
}
