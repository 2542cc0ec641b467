import type Docker from 'dockerode';
import type {
  ContainerMount,
  ContainerSpec,
  ContainerTmpfs,
  ContainerUser,
} from '../domain/ports/containers.ts';

/** AutoRemove is off: it would remove the exit code with the container. `Init` adds a process 1 that collects zombies. */
export function createOptions(spec: ContainerSpec): Docker.ContainerCreateOptions {
  const { uid, gid } = spec.user;
  return {
    name: spec.name,
    Image: spec.image,
    Entrypoint: [],
    Cmd: [...spec.command],
    Env: envList(spec.env),
    Labels: { ...spec.labels },
    User: `${uid}:${gid}`,
    ...(spec.folder === undefined ? {} : { WorkingDir: spec.folder }),
    HostConfig: {
      Init: true,
      NetworkMode: spec.network,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Binds: spec.mounts.map(bindOf),
      ReadonlyRootfs: spec.readOnlyRoot ?? false,
      Tmpfs: Object.fromEntries(
        (spec.tmpfs ?? []).map((mount) => [mount.path, tmpfsOptions(mount, spec.user)]),
      ),
      ...limitOptions(spec),
      ...gpuOptions(spec.gpus),
    },
  };
}

export function envList(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env).map(([name, value]) => `${name}=${value}`);
}

function bindOf({ host, container, readOnly }: ContainerMount): string {
  return `${host}:${container}${readOnly ? ':ro' : ''}`;
}

/** Names the owner: at the working directory the engine ignores `mode=1777`, and the folder would belong to root. */
function tmpfsOptions({ sizeBytes, executable }: ContainerTmpfs, { uid, gid }: ContainerUser): string {
  return `size=${sizeBytes},uid=${uid},gid=${gid},mode=0700,${executable ? 'exec' : 'noexec'}`;
}

function limitOptions({ limits }: ContainerSpec): Docker.HostConfig {
  const { cpus, memoryBytes, swapBytes, shmBytes, pids } = limits;
  return {
    NanoCpus: Math.round(cpus * 1e9),
    Memory: memoryBytes,
    ...(swapBytes === undefined ? {} : { MemorySwap: memoryBytes + swapBytes }),
    ShmSize: shmBytes,
    ...(pids === undefined ? {} : { PidsLimit: pids }),
  };
}

function gpuOptions(gpus: number | 'all'): Docker.HostConfig {
  if (gpus === 0) return {};
  return { DeviceRequests: [{ Driver: '', Count: gpus === 'all' ? -1 : gpus, Capabilities: [['gpu']] }] };
}
