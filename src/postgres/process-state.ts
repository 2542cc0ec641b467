import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** `zombie`: dead, but its pid is taken until its parent collects it, and PostgreSQL believes that it lives. */
export type ProcessState = 'gone' | 'zombie' | 'postgres' | 'other';

/** After a reboot or in a new container the pid of `postmaster.pid` may belong to any other program. */
export async function processState(pid: number): Promise<ProcessState> {
  const text = process.platform === 'linux' ? await fromProc(pid) : await fromPs(pid);
  return text === null ? 'gone' : parseState(text);
}

/** `12 (postgres) S 1 …` → `postgres`; the name may hold blanks and parentheses, the state is one letter. */
export function parseState(text: string): ProcessState {
  const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
  const state = text.slice(text.lastIndexOf(')') + 2, text.lastIndexOf(')') + 3);
  if (state === 'Z' || state === 'X') return 'zombie';
  return name === 'postgres' ? 'postgres' : 'other';
}

async function fromProc(pid: number): Promise<string | null> {
  return readFile(`/proc/${pid}/stat`, 'utf8').catch(gone);
}

function gone(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ESRCH') return null;
  throw error;
}

async function fromPs(pid: number): Promise<string | null> {
  const answer = await promisify(execFile)('ps', ['-o', 'state=,comm=', '-p', String(pid)]).catch(() => null);
  const match = /^\s*(\S)\S*\s+(?:.*\/)?(.*?)\s*$/.exec(answer?.stdout ?? '');
  return match === null ? null : `${pid} (${match[2]}) ${match[1]}`;
}
