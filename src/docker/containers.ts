import Docker from 'dockerode';
import { MendloopError } from '../domain/errors.ts';
import type {
  ContainerFile,
  Containers,
  ContainerSpec,
  ContainerState,
  ExecRequest,
  ExecResult,
} from '../domain/ports/containers.ts';
import { packFiles, unpackFiles } from './container-files.ts';
import { createOptions } from './create-options.ts';
import { request, requestUnless } from './engine.ts';
import { execInContainer } from './exec.ts';
import { outputOf } from './output.ts';

/** Time for the engine to answer a question. */
const askTimeoutMs = 10_000;
/** Time for the engine to do something: creating a container took more than 10 s on a busy machine without overlay2. */
const workTimeoutMs = 60_000;
const maxErrorBytes = 4096;

/** The containers of the engine of DOCKER_HOST, else of the local one or of the socket. */
export function openContainers(socketPath?: string): Containers {
  return new EngineContainers(socketPath === undefined ? {} : { socketPath });
}

class EngineContainers implements Containers {
  readonly #engine: Docker;
  readonly #worker: Docker;
  /** Without a timeout, for requests that last as long as a program runs. */
  readonly #patient: Docker;

  constructor(options: Docker.DockerOptions) {
    this.#engine = new Docker({ ...options, timeout: askTimeoutMs });
    this.#worker = new Docker({ ...options, timeout: workTimeoutMs });
    this.#patient = new Docker(options);
  }

  async create(spec: ContainerSpec): Promise<boolean> {
    const created = await requestUnless([409], 'make', () =>
      this.#worker.createContainer(createOptions(spec)),
    );
    return created !== null;
  }

  async start(name: string): Promise<void> {
    await requestUnless([304], 'start', () => this.#worker.getContainer(name).start() as Promise<unknown>);
  }

  async inspect(name: string): Promise<ContainerState | null> {
    const answer = await requestUnless([404], 'look at', () => this.#engine.getContainer(name).inspect());
    return answer === null ? null : stateOf(answer);
  }

  /** Waits for `not-running`, which cannot miss the end of a started container. `next-exit` would, when it is requested late. */
  async wait(name: string, waitMs: number): Promise<number | null> {
    const abortSignal = AbortSignal.timeout(waitMs);
    const options = { condition: 'not-running', abortSignal } as const;
    return request('wait for', async () => {
      try {
        const answer = (await this.#patient.getContainer(name).wait(options)) as { StatusCode: number };
        return answer.StatusCode;
      } catch (error) {
        if (abortSignal.aborted) return null;
        throw error;
      }
    });
  }

  async kill(name: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const container = this.#worker.getContainer(name);
    await requestUnless([404, 409], 'signal', () => container.kill({ signal }) as Promise<unknown>);
  }

  async remove(name: string): Promise<void> {
    const container = this.#worker.getContainer(name);
    await requestUnless(
      [404, 409],
      'remove',
      () => container.remove({ force: true, v: true }) as Promise<unknown>,
    );
  }

  async logs(name: string, lines: number): Promise<string> {
    const options = { stdout: true, stderr: true, tail: lines, follow: false } as const;
    const container = this.#engine.getContainer(name);
    const content = await requestUnless([404, 409], 'read', () => container.logs(options));
    return content === null ? '' : outputOf(content);
  }

  exec(name: string, execRequest: ExecRequest): Promise<ExecResult> {
    const container = this.#patient.getContainer(name);
    return execInContainer(container, execRequest, () => this.kill(name, 'SIGKILL'));
  }

  /** Uses `tar` in the container: the engine's own archive refuses a read-only root and does not see tmpfs. */
  async copyIn(
    name: string,
    folder: string,
    files: readonly ContainerFile[],
    limits: { readonly timeoutMs: number },
  ): Promise<void> {
    const command = ['tar', '-x', '-f', '-', '-C', folder];
    await this.#runTar(name, {
      command,
      stdin: await packFiles(files),
      maxOutputBytes: maxErrorBytes,
      ...limits,
    });
  }

  async copyOut(
    name: string,
    folder: string,
    paths: readonly string[],
    limits: { readonly timeoutMs: number; readonly maxBytes: number },
  ): Promise<readonly ContainerFile[]> {
    const { maxBytes: maxOutputBytes, timeoutMs: tarMs } = limits;
    const command = ['tar', '-c', '-f', '-', '-C', folder, '--', ...paths];
    return unpackFiles(await this.#runTar(name, { command, maxOutputBytes, timeoutMs: tarMs }));
  }

  async reap(labels: Readonly<Record<string, string>>): Promise<readonly string[]> {
    const label = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
    const leftovers = await request('list', () =>
      this.#engine.listContainers({ all: true, filters: { label } }),
    );
    const names = leftovers.map(({ Names, Id }) => Names[0]?.replace(/^\//, '') ?? Id);
    for (const name of names) await this.remove(name);
    return names;
  }

  async #runTar(name: string, execRequest: ExecRequest): Promise<Uint8Array> {
    const { exitCode, stdout, stderr, isTruncated } = await this.exec(name, execRequest);
    if (exitCode === 0 && !isTruncated) return stdout;
    const complaint = Buffer.from(stderr).toString('utf8').split('\n')[0]?.slice(0, 200) ?? '';
    throw new MendloopError(
      'docker_refused',
      `files could not be copied: ${tarFailure(exitCode, isTruncated)}`,
      {
        cause: new Error(complaint),
      },
    );
  }
}

function tarFailure(exitCode: number | null, isTruncated: boolean): string {
  if (exitCode === null) return 'the time was over';
  return isTruncated ? 'they are too large' : `tar ended with ${exitCode}`;
}

function stateOf({ State, Config }: Docker.ContainerInspectInfo): ContainerState {
  const kinds = { created: 'created', exited: 'ended', dead: 'gone', removing: 'gone' } as const;
  const status = kinds[State.Status as keyof typeof kinds] ?? ('running' as const);
  const exitCode = status === 'ended' ? State.ExitCode : null;
  return { labels: Config.Labels, status, exitCode, wasOutOfMemory: State.OOMKilled };
}
