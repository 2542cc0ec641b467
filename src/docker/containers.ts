import Docker from 'dockerode';
import { MendloopError } from '../domain/errors.ts';
import { outputOf } from './frames.ts';

/** As `ContainerRequest` of the docker cluster. */
export interface ContainerSettings {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly mounts: readonly {
    readonly host: string;
    readonly container: string;
    readonly readOnly: boolean;
  }[];
  readonly gpus: number | 'all';
  readonly cpus: number;
  readonly memoryBytes: number;
}

const timeoutMs = 10_000;
const maxShmBytes = 16 * 2 ** 30;

interface EngineError {
  readonly statusCode?: number;
  readonly json?: { readonly message?: string };
}

/** A refusal has the engine's words; without an answer there is no engine. */
function translated(cause: unknown, what: string): MendloopError {
  const { statusCode, json } = cause as EngineError;
  if (statusCode === undefined) {
    return new MendloopError('docker_unreachable', 'no Docker engine answers', { cause });
  }
  const words = (json?.message ?? `status ${statusCode}`).split('\n')[0]?.slice(0, 200);
  return new MendloopError('cluster_refused', `Docker cannot ${what} the container: ${words}`, { cause });
}

function statusOf(cause: unknown): number | undefined {
  return (cause as EngineError).statusCode;
}

/**
 * No network but loopback, no capabilities, no restart; the files that it writes belong to who runs Mendloop. Without
 * AutoRemove, which would take the exit code along.
 */
function optionsOf(settings: ContainerSettings): Docker.ContainerCreateOptions {
  const { gpus } = settings;
  const count = gpus === 'all' ? -1 : gpus;
  return {
    name: settings.name,
    Image: settings.image,
    Entrypoint: [],
    Cmd: [...settings.command],
    Env: Object.entries({ HOME: '/tmp', ...settings.env }).map(([name, value]) => `${name}=${value}`),
    Labels: { ...settings.labels },
    User: `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`,
    HostConfig: {
      Init: true,
      NetworkMode: 'none',
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Binds: settings.mounts.map(
        ({ host, container, readOnly }) => `${host}:${container}${readOnly ? ':ro' : ''}`,
      ),
      NanoCpus: settings.cpus * 1e9,
      Memory: settings.memoryBytes,
      ShmSize: Math.min(maxShmBytes, Math.floor(settings.memoryBytes / 2)),
      ...(count === 0 ? {} : { DeviceRequests: [{ Driver: '', Count: count, Capabilities: [['gpu']] }] }),
    },
  };
}

function stateOf({ State, Config }: Docker.ContainerInspectInfo) {
  const kinds = { created: 'created', exited: 'ended', dead: 'gone', removing: 'gone' } as const;
  const status = kinds[State.Status as keyof typeof kinds] ?? ('running' as const);
  const exitCode = status === 'ended' ? State.ExitCode : null;
  return { labels: Config.Labels, status, exitCode, wasOutOfMemory: State.OOMKilled };
}

/**
 * Containers of the engine of DOCKER_HOST, else of the local one or of the socket. An engine that does not answer is
 * `docker_unreachable`, what it refuses `cluster_refused`.
 */
export function openContainers(socketPath?: string) {
  const engine = new Docker({ timeout: timeoutMs, ...(socketPath === undefined ? {} : { socketPath }) });
  /** `passing`: answers that mean that there is nothing to do. */
  async function asked<T>(
    what: string,
    action: () => Promise<T>,
    ...passing: readonly number[]
  ): Promise<T | null> {
    try {
      return await action();
    } catch (cause) {
      const status = statusOf(cause);
      if (status !== undefined && passing.includes(status)) return null;
      throw translated(cause, what);
    }
  }
  return {
    async create(settings: ContainerSettings): Promise<boolean> {
      return (await asked('make', () => engine.createContainer(optionsOf(settings)), 409)) !== null;
    },
    async start(name: string): Promise<void> {
      await asked('start', () => engine.getContainer(name).start() as Promise<unknown>, 304);
    },
    async inspect(name: string) {
      const found = await asked('look at', () => engine.getContainer(name).inspect(), 404);
      return found === null ? null : stateOf(found);
    },
    async signal(name: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
      await asked('signal', () => engine.getContainer(name).kill({ signal }) as Promise<unknown>, 404, 409);
    },
    async remove(name: string): Promise<void> {
      await asked(
        'remove',
        () => engine.getContainer(name).remove({ force: true }) as Promise<unknown>,
        404,
        409,
      );
    },
    async logs(name: string, lines: number): Promise<string> {
      const options = { stdout: true, stderr: true, tail: lines, follow: false } as const;
      const content = await asked('read', () => engine.getContainer(name).logs(options), 404, 409);
      return content === null ? '' : outputOf(content);
    },
  };
}
