import { readFile } from 'node:fs/promises';

/** Distinguishes a process from a later one with the same number, also after a reboot. */
export interface ProcessIdentity {
  readonly bootId: string;
  readonly pid: number;
  /** Clock ticks between the machine's start and the process's. */
  readonly startTicks: string;
}

/** A POSIX shell command that prints what `parseIdentity` reads of the process `$pid`. */
export function identityCommand(pid: string): string {
  return `cat /proc/sys/kernel/random/boot_id "/proc/${pid}/stat"`;
}

export function parseIdentity(text: string): (ProcessIdentity & { readonly state: string }) | null {
  const [bootId = '', ...rest] = text.split('\n');
  const stat = rest.join('\n');
  // The name, in brackets, may hold blanks and brackets itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [pid, state, startTicks] = [Number.parseInt(stat, 10), fields[0], fields[19]];
  if (!Number.isInteger(pid) || state === undefined || startTicks === undefined) return null;
  return { bootId, pid, state, startTicks };
}

/** Whether the process is running. A zombie is not. */
export async function isAlive(known: ProcessIdentity): Promise<boolean> {
  const parts = ['/proc/sys/kernel/random/boot_id', `/proc/${known.pid}/stat`];
  const text = await Promise.all(parts.map((file) => readFile(file, 'utf8'))).catch(() => null);
  const now = text === null ? null : parseIdentity(text.join(''));
  if (now === null || now.state === 'Z' || now.state === 'X') return false;
  return now.startTicks === known.startTicks && now.bootId === known.bootId;
}
