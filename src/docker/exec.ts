import type { Duplex } from 'node:stream';
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type Docker from 'dockerode';
import type { ExecRequest, ExecResult } from '../domain/ports/containers.ts';
import { envList } from './create-options.ts';
import { request, requestUnless } from './engine.ts';

/** Keeps the first `maxBytes` of a stream and drops the rest, so that the program is never blocked by a full pipe. */
class CappedOutput extends Writable {
  readonly #maxBytes: number;
  readonly #parts: Buffer[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    super();
    this.#maxBytes = maxBytes;
  }

  get isTruncated(): boolean {
    return this.#bytes > this.#maxBytes;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const room = this.#maxBytes - this.#bytes;
    if (room > 0) this.#parts.push(chunk.subarray(0, room));
    this.#bytes += chunk.length;
    done();
  }

  content(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

/** Runs a program in a container; `killContainer` is called when the time is over. */
export async function execInContainer(
  container: Docker.Container,
  { command, env = {}, folder, stdin, timeoutMs, maxOutputBytes }: ExecRequest,
  killContainer: () => Promise<void>,
): Promise<ExecResult> {
  const exec = await request('run a program in', () =>
    container.exec({
      Cmd: [...command],
      Env: envList(env),
      ...(folder === undefined ? {} : { WorkingDir: folder }),
      AttachStdin: stdin !== undefined,
      AttachStdout: true,
      AttachStderr: true,
      // A terminal would mix stdout and stderr.
      Tty: false,
    }),
  );
  const stream = await request('run a program in', () =>
    exec.start({ hijack: true, stdin: stdin !== undefined, Tty: false }),
  );
  const stdout = new CappedOutput(maxOutputBytes);
  const stderr = new CappedOutput(maxOutputBytes);
  container.modem.demuxStream(stream, stdout, stderr);
  stream.end(stdin);
  const isOver = await endsWithin(stream, timeoutMs);
  if (!isOver) await killContainer();
  const state = await requestUnless([404], 'look at a program in', () => exec.inspect());
  return {
    exitCode: isOver ? (state?.ExitCode ?? null) : null,
    stdout: stdout.content(),
    stderr: stderr.content(),
    isTruncated: stdout.isTruncated || stderr.isTruncated,
  };
}

/** Whether the program closed its output in time. */
async function endsWithin(stream: Duplex, timeoutMs: number): Promise<boolean> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    await finished(stream, { writable: false, signal: timeout });
    return true;
  } catch (error) {
    stream.destroy();
    if (timeout.aborted) return false;
    throw error;
  }
}
