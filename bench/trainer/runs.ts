import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RoundSpec, roundSpec } from '../../src/round-contract/round-spec.ts';
import { type Bundle, rewardToken, startRewardServer } from '../../test/support/reward-server.ts';
import { trainerFolder } from './round-directory.ts';
import { SteppedRun } from './stepped-run.ts';

/** A training that was started, and what it does. */
export interface Training extends AsyncDisposable {
  readonly run: SteppedRun;
  /** Mean reward of each step so far: equal where two did the same work. */
  rewards(): number[];
}

/** What a driver of a local cluster gets, and the plain script too. */
export function environment(cpus: number): NodeJS.ProcessEnv {
  const { PATH, HOME, LANG = 'C.UTF-8' } = process.env;
  return {
    PATH,
    HOME,
    LANG,
    PYTHONPATH: trainerFolder,
    MENDLOOP_NODE: process.execPath,
    OMP_WAIT_POLICY: 'passive',
    OMP_NUM_THREADS: String(cpus),
    TOKENIZERS_PARALLELISM: 'false',
    HF_HUB_OFFLINE: '1',
    HF_HUB_DISABLE_TELEMETRY: '1',
    TRANSFORMERS_VERBOSITY: 'error',
    // What the engine's children get on a CPU: the bench compares what the driver costs, not how memory is kept.
    MALLOC_MMAP_MAX_: '0',
    MALLOC_TRIM_THRESHOLD_: String(16 * 2 ** 30),
  };
}

/** An interrupted bench would leave them standing still. */
const alive = new Set<SteppedRun>();

export function killAll(): void {
  for (const run of alive) run.kill();
}

function keep(run: SteppedRun): SteppedRun {
  alive.add(run);
  return run;
}

function end(run: SteppedRun): void {
  run.kill();
  alive.delete(run);
}

const ourStep = /"type": ?"step"/;
const plainStep = /'loss': /;

function stepLines(file: string, isStep: RegExp): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => isStep.test(line));
}

/**
 * In a session of its own, as the driver's children are: Linux shares the cores between sessions first, and on a busy machine the
 * same training took 45 s in the bench's own session and 121 s in another.
 */
function start(python: string, args: readonly string[], env: NodeJS.ProcessEnv, log: string): ChildProcess {
  const file = openSync(log, 'w');
  const child = spawn(python, args, { env, stdio: ['ignore', file, file], detached: true });
  closeSync(file);
  return child;
}

/** Starts a round as a local cluster does. */
export function startOurs(python: string, directory: string): Training {
  const args = ['-m', 'mendloop_trainer', 'run', '--round-dir', directory, '--attempt', '1'];
  const env = environment(specOf(directory).resources.cpus);
  const child = start(python, args, env, path.join(directory, 'driver.log'));
  const file = path.join(directory, 'attempts', '0001', 'native', 'train.events.jsonl');
  const run = keep(new SteppedRun({ child, others: [], file, isStep: ourStep }));
  return {
    run,
    rewards: () =>
      stepLines(file, ourStep).map(
        (line) => (JSON.parse(line) as { metrics: { reward_mean: number } }).metrics.reward_mean,
      ),
    [Symbol.asyncDispose]: async () => end(run),
  };
}

/** Starts the plain script with the round's rows, model and settings, and a reward server like the round's. */
export async function startPlain(
  python: string,
  directory: string,
  bundle: Bundle,
  out: string,
): Promise<Training> {
  const { model, resources, data, reward, lora } = specOf(directory);
  const oracles = path.join(directory, data.oracles.uri);
  const workers = String(Math.max(1, resources.cpus - 1));
  const serverArgs = ['--oracles', oracles, '--formula', reward.formula, '--workers', workers];
  const server = await startRewardServer(bundle, { args: serverArgs });
  const { r, alpha, dropout, target_modules } = lora;
  const adapter = { r, lora_alpha: alpha, lora_dropout: dropout, target_modules };
  const settings = `${out}.json`;
  writeFileSync(settings, JSON.stringify({ grpo: renderedSettings(python, directory), lora: adapter }));
  const program = path.join(import.meta.dirname, 'plain_trl.py');
  const rows = path.join(directory, data.train.uri);
  const args = ['-u', program, fileURLToPath(model.base.uri), rows, settings, out];
  const own = { MENDLOOP_REWARD_URL: server.url, MENDLOOP_REWARD_TOKEN: rewardToken };
  const file = `${out}.log`;
  const child = start(python, args, { ...environment(resources.cpus), ...own }, file);
  const run = keep(new SteppedRun({ child, others: [server.pid], file, isStep: plainStep }));
  return {
    run,
    rewards: () => stepLines(file, plainStep).map((line) => Number(/'reward': '?([^',]+)/.exec(line)?.[1])),
    async [Symbol.asyncDispose]() {
      end(run);
      await server[Symbol.asyncDispose]();
    },
  };
}

function specOf(directory: string): RoundSpec {
  return roundSpec.parse(JSON.parse(readFileSync(path.join(directory, 'spec.json'), 'utf8')));
}

/** The arguments of `GRPOConfig` that the round's engine uses. */
function renderedSettings(python: string, directory: string): unknown {
  const args = ['-m', 'mendloop_trainer', 'render', '--round-dir', directory];
  const said = execFileSync(python, args, { env: environment(1), encoding: 'utf8' });
  return (JSON.parse(said) as { rendered: unknown }).rendered;
}
