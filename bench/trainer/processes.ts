import { readdirSync, readFileSync } from 'node:fs';

interface Process {
  readonly parent: number;
  /** User and system time so far; Linux counts it in hundredths. */
  readonly cpuSeconds: number;
}

/** Null for one that has just ended. */
function readProcess(pid: number): Process | null {
  try {
    // The name before the last bracket may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return { parent: Number(fields[1]), cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100 };
  } catch {
    return null;
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** The roots and all that descends from them, as far as it runs now. */
function treeOf(roots: readonly number[]): Map<number, Process> {
  const all = new Map<number, Process>();
  for (const name of readdirSync('/proc')) {
    const found = /^\d+$/.test(name) ? readProcess(Number(name)) : null;
    if (found !== null) all.set(Number(name), found);
  }
  const isOurs = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined; at = all.get(at)?.parent) {
      if (roots.includes(at)) return true;
    }
    return false;
  };
  return new Map([...all].filter(([pid]) => isOurs(pid)));
}

export const roles = ['engine', 'sidecar', 'driver'] as const;
export type Role = (typeof roles)[number];
export type CpuSeconds = Readonly<Record<Role, number>>;

/** The driver's guards of its children are the driver's. */
function roleOf(command: string): Role {
  if (/guard\.py/.test(command)) return 'driver';
  if (/reward-server\.mjs/.test(command)) return 'sidecar';
  return /mendloop_trainer\.engines|plain_trl\.py/.test(command) ? 'engine' : 'driver';
}

/**
 * CPU time by role of processes and all that they start, those that have ended included: each with what it had at the last
 * look, so look often.
 */
export class CpuMeter {
  readonly #roots: readonly number[];
  readonly #seen = new Map<number, { role: Role; cpuSeconds: number }>();

  constructor(roots: readonly number[]) {
    this.#roots = roots;
  }

  /** Of the processes that run now, parents first. */
  running(): number[] {
    return [...treeOf(this.#roots).keys()].toSorted((one, other) => one - other);
  }

  look(): CpuSeconds {
    for (const [pid, { cpuSeconds }] of treeOf(this.#roots)) {
      // A child is its parent until it has become its program.
      const command = commandLine(pid);
      const role = command === '' ? (this.#seen.get(pid)?.role ?? 'driver') : roleOf(command);
      this.#seen.set(pid, { role, cpuSeconds });
    }
    const sums: Record<Role, number> = { engine: 0, sidecar: 0, driver: 0 };
    for (const { role, cpuSeconds } of this.#seen.values()) sums[role] += cpuSeconds;
    return sums;
  }
}

/** CPU time that all processes of the machine have used so far, of all its cores together. */
export function busySeconds(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] =
    readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]?.split(/\s+/).slice(1).map(Number) ?? [];
  return (user + nice + system + irq + softirq) / 100;
}
