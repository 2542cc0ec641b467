import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** One run of the server, as `postmaster.pid` describes it. */
export interface ServerRun {
  readonly pid: number;
  /** Start time in seconds since 1970; pid and start time identify the run. */
  readonly startedAt: number;
  readonly port: number;
  /** The System V shared memory segment that every process of the run is attached to; null where it has none. */
  readonly segment: number | null;
  readonly ready: boolean;
}

/** `busy`: a server is starting or stopping. `dead`: `postmaster.pid` is left of a server that has ended. */
export type ServerState =
  | { readonly kind: 'none' | 'busy' }
  | { readonly kind: 'dead' | 'ready'; readonly run: ServerRun };

/** `zombie`: dead, but its parent has not collected it, so that its pid is taken and PostgreSQL believes that it lives. */
export type ProcessState = 'gone' | 'zombie' | 'postgres' | 'other';

/** What runs on a data folder. */
export async function serverState(data: string): Promise<ServerState> {
  const run = await readRun(data);
  if (run === null) return { kind: 'none' };
  const state = await processState(run.pid);
  if (state === 'postgres') return run.ready ? { kind: 'ready', run } : { kind: 'busy' };
  if (state === 'gone') return { kind: 'none' };
  return { kind: 'dead', run };
}

/** Reads `postmaster.pid`; null when the file is absent or incomplete. */
export async function readRun(data: string): Promise<ServerRun | null> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(nullWhenAbsent);
  return text === null ? null : parseRun(text);
}

/**
 * Null while the file is still being written: it grows from 1 line to 8. The status of line 8 can lag behind the
 * log's "ready", so callers poll it.
 */
export function parseRun(text: string): ServerRun | null {
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

/**
 * Removes the `postmaster.pid` of a dead server that PostgreSQL would take for alive, because its pid is a zombie or
 * belongs to another program now. Returns false and keeps the file unless the kernel reports that no process of the
 * run is left: two servers on one folder would destroy it.
 */
export async function removeDeadRun(data: string, run: ServerRun): Promise<boolean> {
  if (run.segment === null || process.platform !== 'linux') return false;
  const segments = await readFile('/proc/sysvipc/shm', 'utf8').catch(() => null);
  if (segments === null || attachedProcesses(segments, run.segment) !== 0) return false;
  await rm(join(data, 'postmaster.pid'), { force: true });
  return true;
}

/** Reads the kernel's table (key, id, permissions, size, creator, last, attached, …); 0 when the segment is gone. */
export function attachedProcesses(table: string, segment: number): number {
  for (const line of table.split('\n').slice(1)) {
    const [, id, , , , , attached] = line.trim().split(/\s+/);
    if (Number(id) === segment) return Number(attached);
  }
  return 0;
}

/** After a reboot or in a new container the pid of `postmaster.pid` may belong to any other program. */
export async function processState(pid: number): Promise<ProcessState> {
  const text = process.platform === 'linux' ? await statOfProc(pid) : await statOfPs(pid);
  return text === null ? 'gone' : parseProcessState(text);
}

/** `12 (postgres) S 1 …` → `postgres`; the name may hold blanks and parentheses, the state is one letter. */
export function parseProcessState(text: string): ProcessState {
  const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
  const state = text.slice(text.lastIndexOf(')') + 2, text.lastIndexOf(')') + 3);
  if (state === 'Z' || state === 'X') return 'zombie';
  return name === 'postgres' ? 'postgres' : 'other';
}

async function statOfProc(pid: number): Promise<string | null> {
  return readFile(`/proc/${pid}/stat`, 'utf8').catch(nullWhenAbsent);
}

async function statOfPs(pid: number): Promise<string | null> {
  const answer = await promisify(execFile)('ps', ['-o', 'state=,comm=', '-p', String(pid)]).catch(() => null);
  const match = /^\s*(\S)\S*\s+(?:.*\/)?(.*?)\s*$/.exec(answer?.stdout ?? '');
  return match === null ? null : `${pid} (${match[2]}) ${match[1]}`;
}

/** ESRCH: the process ended between opening and reading its file. */
function nullWhenAbsent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ESRCH') return null;
  throw error;
}
