import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { ClusterConfig } from '../../../src/cluster/config/clusters-file.ts';
import { type Connection, connect } from '../../../src/db/connect.ts';
import { startEmbedded } from '../../../src/postgres/embedded.ts';
import { cli, type Role, startRole } from '../../crash/role.ts';
import { seedTraining } from '../../train/seed-training.ts';
import { killNow } from './processes.ts';

/** `mendloop round start`, as long as it lives. */
export interface StartedRound {
  readonly round_id: string;
  /** Its number; null once it has ended. */
  readonly pid: () => number | null;
  /** Its exit status; null where a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** The product as an operator runs it: a worker under a supervisor, commands, and the embedded database. */
export interface Product extends AsyncDisposable {
  readonly home: string;
  readonly worker: Role;
  /** A connection of the suite's own, to look and to count. */
  readonly watch: Connection;
  /** Runs a command of the CLI and gives what it printed as JSON. */
  command<T>(...args: readonly string[]): Promise<T>;
  /** Runs `round start`; resolves as soon as the round has its name, which may be seconds before the command has ended. */
  startRound(...args: readonly string[]): Promise<StartedRound>;
}

export interface ProductOptions {
  readonly clusters: readonly ClusterConfig[];
  readonly instances: number;
  /** Of the product's processes. */
  readonly path: string;
  /** Of the worker and of every command. */
  readonly log: string;
}

const silent = { info: () => undefined };

/** On standard error while it goes on with the round, in JSON where it does not. */
const nameOfRound = /^(r-[0-9a-z-]+): |"round_id": ?"(r-[0-9a-z-]+)"/m;

function startCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<StartedRound> {
  const child = spawn(process.execPath, [cli, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let pid: number | null = child.pid ?? null;
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (status) => {
      pid = null;
      resolve(status);
    });
  });
  let said = '';
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      const found = nameOfRound.exec(said);
      const round_id = found?.[1] ?? found?.[2];
      if (round_id !== undefined) resolve({ round_id, pid: () => pid, ended });
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    void ended.then((status) => reject(new Error(`${args.join(' ')} ended with ${status}: ${said}`)));
  });
}

export async function startProduct(options: ProductOptions): Promise<Product> {
  const { clusters, instances, log } = options;
  const home = await mkdtemp(path.join(tmpdir(), 'mendloop-clusters-home-'));
  // The database server runs as another user where the suite is run by root.
  await chmod(home, 0o755);
  await mkdir(path.join(home, 'rounds'));
  await writeFile(path.join(home, 'mendloop.clusters.json'), JSON.stringify({ clusters }));
  const environment = { PATH: options.path, HOME: process.env['HOME'], MENDLOOP_HOME: home };
  const output = await open(log, 'a');
  const database = await startEmbedded({ home, log: silent });
  const watch = connect({ url: database.url, max: 3, applicationName: 'cluster-suite' });
  const run = async (args: readonly string[]): Promise<string> =>
    (await promisify(execFile)(process.execPath, [cli, ...args], { env: environment })).stdout;
  await run(['migrate']);
  await seedTraining(watch.db, instances);
  const worker = startRole({ name: 'worker', environment, log: output.fd });
  const commands: StartedRound[] = [];
  return {
    home,
    worker,
    watch,
    command: async <T>(...args: readonly string[]) => JSON.parse(await run([...args, '--json'])) as T,
    async startRound(...args) {
      const command = await startCommand(['round', 'start', ...args, '--json'], environment);
      commands.push(command);
      return command;
    },
    async [Symbol.asyncDispose]() {
      await worker.stop();
      for (const command of commands) {
        const pid = command.pid();
        if (pid !== null) killNow(pid);
        await command.ended;
      }
      await watch[Symbol.asyncDispose]();
      await (await startEmbedded({ home, log: silent })).stop();
      await output.close();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
