import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const packageFolder = join(import.meta.dirname, '..', '..');
const entry = join(packageFolder, 'src', 'main', 'cli.ts');
const launcher = join(packageFolder, 'bin', 'mendloop.js');
/** Each command would compile the same modules again: 0.33 s instead of 0.56 s of start. */
const compiled = join(packageFolder, 'node_modules', '.cache', 'mendloop-test');

export interface Answer {
  /** Null when a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Call {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** Options of Node itself; the launcher is started instead of the command line. */
  readonly launcher?: readonly string[];
}

/** Only what a program needs: no setting of the machine reaches the command. */
function environment(extra: Call['env']): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], TMPDIR: tmpdir(), NODE_COMPILE_CACHE: compiled, ...extra };
}

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<Answer>;
  /** Resolves with standard output so far once it holds the text; rejects when the command ends without it. */
  said(text: string): Promise<string>;
}

export function start(args: readonly string[], call: Call = {}): RunningCommand {
  const program = call.launcher === undefined ? [entry] : [...call.launcher, launcher];
  const child = spawn(process.execPath, [...program, ...args], { env: environment(call.env) });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  child.stdin.on('error', () => undefined);
  child.stdin.end(call.input ?? '');
  const ended = new Promise<Answer>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
  const said = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => (stdout.includes(text) ? resolve(stdout) : undefined);
      child.stdout.on('data', look);
      child.on('close', () => reject(new Error(`ended without saying ${text}: ${stderr}`)));
      look();
    });
  return { child, ended, said };
}

/** Runs one command line to its end, as a process of its own. */
export function mendloop(args: readonly string[], call: Call = {}): Promise<Answer> {
  return start(args, call).ended;
}
