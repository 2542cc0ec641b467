import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/**
 * The folder of one test run and the TMPDIR of its programs. A process belongs to the run when its command line, environment,
 * working directory or an open file names the folder, or when its parent belongs to the run: so databases, drivers and daemons
 * that outlive their parents are known too.
 */
export interface RunFolder {
  readonly path: string;
  /** Kills the processes of the run and removes the folder; returns the number of processes that were left. */
  end(): Promise<number>;
}

interface ProcessFact {
  readonly pid: number;
  readonly parent: number;
  readonly isOfRun: boolean;
}

/** Short, because sockets of Ray and Docker lie below it and a socket's path has at most 107 bytes. */
const folderName = /^mendloop-\w{6}$/;
const pidFile = 'run.pid';

/** Makes the folder of this run, after ending what killed runs have left. */
export async function openRunFolder(): Promise<RunFolder> {
  await endDeadRuns();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'mendloop-'));
  // The database server runs as another user where the tests are run by root.
  await chmod(folder, 0o755);
  await writeFile(path.join(folder, pidFile), String(process.pid));
  return { path: folder, end: () => endRun(folder) };
}

async function endDeadRuns(): Promise<void> {
  for (const name of await readdir(os.tmpdir())) {
    if (!folderName.test(name)) continue;
    const folder = path.join(os.tmpdir(), name);
    const pid = Number(await readFile(path.join(folder, pidFile), 'utf8').catch(() => '0'));
    if (pid > 0 && !isAlive(pid)) await endRun(folder);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function endRun(folder: string): Promise<number> {
  const killed = await killAll(folder);
  await unmountBelow(folder);
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  return killed;
}

/** Looks again after each round of kills: a process may have started another one meanwhile. */
async function killAll(folder: string): Promise<number> {
  const killed = new Set<number>();
  for (const ends = Date.now() + 5000; Date.now() < ends; await sleep(50)) {
    const left = processesOf(folder);
    if (left.length === 0) break;
    for (const pid of left) {
      killed.add(pid);
      kill(pid);
    }
  }
  return killed.size;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

/** Numbers of the processes of a run, without this one. On systems without /proc: none. */
export function processesOf(folder: string): number[] {
  const pids = readOrEmpty(() => readdirSync('/proc').join('\n')).split('\n');
  const facts = pids.filter((name) => /^\d+$/.test(name)).map((pid) => factOf(pid, folder));
  const all = facts.filter((fact): fact is ProcessFact => fact !== null && fact.pid !== process.pid);
  const own = new Set(all.filter(({ isOfRun }) => isOfRun).map(({ pid }) => pid));
  // A child may have a smaller number than its parent: repeated until no process is added.
  for (let before = -1; before !== own.size;) {
    before = own.size;
    for (const { pid, parent } of all) if (own.has(parent)) own.add(pid);
  }
  return [...own];
}

/** Empty for a process that ended meanwhile or that belongs to somebody else. */
function readOrEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

/** Null for a process that ended meanwhile and for one that only waits to be collected by its parent. */
function factOf(pid: string, folder: string): ProcessFact | null {
  const read = (name: string): string => readOrEmpty(() => readFileSync(`/proc/${pid}/${name}`, 'utf8'));
  const stat = read('stat');
  const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === undefined || state === '' || state === 'Z') return null;
  const isOfRun = [read('cmdline'), read('environ'), openPathsOf(pid)].some((text) => text.includes(folder));
  return { pid: Number(pid), parent: Number(parent), isOfRun };
}

/** Working directory and open files: all that a database, which gets no variable of ours, says of its folder. */
function openPathsOf(pid: string): string {
  const descriptors = readOrEmpty(() => readdirSync(`/proc/${pid}/fd`).join('\n')).split('\n');
  const links = ['cwd', ...descriptors.map((descriptor) => `fd/${descriptor}`)];
  return links.map((link) => readOrEmpty(() => readlinkSync(`/proc/${pid}/${link}`))).join('\n');
}

/** A Docker engine that was killed leaves its mounts. */
async function unmountBelow(folder: string): Promise<void> {
  const mounts = await readFile('/proc/mounts', 'utf8').catch(() => '');
  const places = mounts.split('\n').map((line) => line.split(' ')[1] ?? '');
  for (const place of places.filter((one) => one.startsWith(`${folder}/`)).toReversed())
    await promisify(execFile)('umount', ['-l', place]).catch(() => undefined);
}
