import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleRewardServer } from '../../src/main/bundle-reward-server.ts';

export const rewardToken = 'token-of-the-tests';

/** The built server in a folder of its own: no other file is beside it. */
export interface Bundle extends AsyncDisposable {
  readonly folder: string;
  readonly file: string;
  /** Writes an input for it and gives its path. */
  write(name: string, content: string | Uint8Array): Promise<string>;
}

export async function buildRewardServer(): Promise<Bundle> {
  const folder = await mkdtemp(join(tmpdir(), 'mendloop-reward-'));
  const file = join(folder, 'reward-server.mjs');
  await bundleRewardServer(file);
  return {
    folder,
    file,
    async write(name, content) {
      await writeFile(join(folder, name), content);
      return join(folder, name);
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

export interface Ended {
  /** Null when a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RewardServerProcess extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface ServerCall {
  readonly args: readonly string[];
  /** The program that runs it; this Node by default. */
  readonly node?: string;
  /** Another entry than the bundle's. */
  readonly entry?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts the program and lets it end by itself. */
export function runRewardServer(
  bundle: Bundle,
  call: ServerCall,
): { child: ChildProcess; ended: Promise<Ended> } {
  const env = call.env ?? { MENDLOOP_REWARD_TOKEN: rewardToken };
  const child = spawn(call.node ?? process.execPath, [call.entry ?? bundle.file, ...call.args], {
    cwd: bundle.folder,
    env: { PATH: process.env['PATH'], TMPDIR: tmpdir(), ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
  return { child, ended };
}

/** A server on any free port; its last signal is SIGKILL. */
export async function startRewardServer(bundle: Bundle, call: ServerCall): Promise<RewardServerProcess> {
  const { child, ended } = runRewardServer(bundle, { ...call, args: [...call.args, '--port', '0'] });
  const first = new Promise<string>((resolve) =>
    child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString())),
  );
  const said = await Promise.race([first, ended]);
  if (typeof said !== 'string')
    throw new Error(`the reward server ended with ${said.status}: ${said.stderr}`);
  const { url, pid } = JSON.parse(said) as { url: string; pid: number };
  return {
    url,
    pid,
    port: Number(new URL(url).port),
    child,
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
