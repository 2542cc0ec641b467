export interface ContainerMount {
  /** Absolute path on the engine's machine. */
  readonly host: string;
  /** Absolute path in the container. */
  readonly container: string;
  readonly readOnly: boolean;
}

/** A file system in memory, which counts as memory of the container and ends with it. */
export interface ContainerTmpfs {
  readonly path: string;
  readonly sizeBytes: number;
  /** Whether programs may be run from it. */
  readonly executable: boolean;
}

export interface ContainerUser {
  readonly uid: number;
  readonly gid: number;
}

export interface ContainerLimits {
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Swap beyond the memory; absent: as the engine sets it, which is as much again. */
  readonly swapBytes?: number;
  /** Size of `/dev/shm`. */
  readonly shmBytes: number;
  /** Processes and threads; absent: no limit. */
  readonly pids?: number;
}

/** A container to create. It has no capabilities, gains no privileges, and is never restarted by the engine. */
export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  /** Program and arguments; the entry point of the image is not used. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly user: ContainerUser;
  readonly mounts: readonly ContainerMount[];
  readonly limits: ContainerLimits;
  readonly gpus: number | 'all';
  /** `none`: loopback alone. `bridge`: the engine's default network. */
  readonly network: 'none' | 'bridge';
  /** Absent: the root file system can be written. */
  readonly readOnlyRoot?: boolean;
  readonly tmpfs?: readonly ContainerTmpfs[];
  /** Working directory; absent: the image's. */
  readonly folder?: string;
}

export interface ContainerState {
  readonly labels: Readonly<Record<string, string>>;
  readonly status: 'created' | 'running' | 'ended' | 'gone';
  /** Exit code of the command, 128 + number for a signal; null before the end. */
  readonly exitCode: number | null;
  /** May be false although memory ran out: then the exit code is 137. */
  readonly wasOutOfMemory: boolean;
}

export interface ExecRequest {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Working directory; absent: the container's. */
  readonly folder?: string;
  /** Standard input; absent: closed. */
  readonly stdin?: Uint8Array;
  readonly timeoutMs: number;
  /** Of stdout and of stderr, each. What comes after that is dropped. */
  readonly maxOutputBytes: number;
}

export interface ExecResult {
  /** Null when the time was over or the container ended. */
  readonly exitCode: number | null;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly isTruncated: boolean;
}

/** A regular file, as it is copied into a container and out of it. */
export interface ContainerFile {
  /** Relative to the folder of the copy, with `/`. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly isExecutable: boolean;
}

/**
 * The containers of one engine. Every method throws `docker_unreachable` when no engine answers, and `docker_refused`
 * with the engine's words when it answers that it will not.
 */
export interface Containers {
  /** Returns false when a container of this name exists. */
  create(spec: ContainerSpec): Promise<boolean>;
  /** Does nothing to a container that runs. A container that has ended runs again. */
  start(name: string): Promise<void>;
  /** Returns null when there is no such container. */
  inspect(name: string): Promise<ContainerState | null>;
  /** Waits until a started container has ended. Returns its exit code, or null when the time is over. */
  wait(name: string, timeoutMs: number): Promise<number | null>;
  /** Does nothing when the container does not run. */
  kill(name: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Kills and removes the container with its anonymous volumes; does nothing when there is none. */
  remove(name: string): Promise<void>;
  /** Text of the last lines of output of the container's command. */
  logs(name: string, lines: number): Promise<string>;
  /** Runs a program in a running container. When the time is over, the container is killed: the engine cannot end one program. */
  exec(name: string, request: ExecRequest): Promise<ExecResult>;
  /** Writes files below a folder that exists, also on tmpfs; the image needs `tar`. Times out as {@link Containers.exec} does. */
  copyIn(
    name: string,
    folder: string,
    files: readonly ContainerFile[],
    limits: { readonly timeoutMs: number },
  ): Promise<void>;
  /** Reads the regular files at paths below a folder; directories are read with what they hold. The image needs `tar`. */
  copyOut(
    name: string,
    folder: string,
    paths: readonly string[],
    limits: { readonly timeoutMs: number; readonly maxBytes: number },
  ): Promise<readonly ContainerFile[]>;
  /** Removes every container that carries all of these labels. Returns their names. */
  reap(labels: Readonly<Record<string, string>>): Promise<readonly string[]>;
}
