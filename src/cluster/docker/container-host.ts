export interface Mount {
  readonly host: string;
  readonly container: string;
  readonly readOnly: boolean;
}

export interface ContainerRequest {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly gpus: number | 'all';
  readonly cpus: number;
  readonly memoryBytes: number;
}

export interface ContainerState {
  readonly labels: Readonly<Record<string, string>>;
  readonly status: 'created' | 'running' | 'ended' | 'gone';
  /** As a shell gives it; null before the end. */
  readonly exitCode: number | null;
  readonly wasOutOfMemory: boolean;
}

/**
 * What the docker cluster needs of an engine. It throws `docker_unreachable`, or `cluster_refused` where the engine answers
 * that it will not.
 */
export interface ContainerHost {
  /** False where there is a container of this name already. */
  create(request: ContainerRequest): Promise<boolean>;
  /** A container that runs or ran already stays as it is. */
  start(name: string): Promise<void>;
  /** Null where there is none. */
  inspect(name: string): Promise<ContainerState | null>;
  /** No error where nothing runs. */
  signal(name: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  remove(name: string): Promise<void>;
  /** Its last lines of output, at most so many. */
  logs(name: string, lines: number): Promise<string>;
}
