import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a running server says of itself in `postmaster.pid`. */
export interface PostmasterFile {
  readonly pid: number;
  /** Start time in seconds since 1970; with the pid it names one run of the server. */
  readonly startedAt: number;
  readonly port: number;
  /** The System V shared memory segment that every process of this run is attached to; null where it has none. */
  readonly segment: number | null;
  readonly ready: boolean;
}

/**
 * Null while the file is still being written: it grows from 1 line to 8. The status of line 8 can lag behind the
 * log's "ready", so it is polled.
 */
export function parsePostmasterFile(text: string): PostmasterFile | null {
  const lines = text.split('\n').map((line) => line.trim());
  const [pid, , startedAt, port] = lines.map(Number);
  if (!pid || !startedAt || !port) return null;
  const segment = /^\d+\s+(\d+)$/.exec(lines[6] ?? '')?.[1];
  return {
    pid,
    startedAt,
    port,
    segment: segment === undefined ? null : Number(segment),
    ready: lines[7] === 'ready',
  };
}

/** Null when there is no file or it is incomplete. */
export async function readPostmasterFile(data: string): Promise<PostmasterFile | null> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(absent);
  return text === null ? null : parsePostmasterFile(text);
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
