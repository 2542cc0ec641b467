import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { trainerEnvironment } from '../src/python/trainer-environment.ts';
import { rowFileName } from '../src/train/snapshot/manifest.ts';
import { type Bundle, buildRewardServer } from '../test/support/reward-server.ts';
import { printResult } from './machine.ts';
import { createReport, type Report } from './reward/report.ts';
import {
  cpuDifference,
  cpuOf,
  mean,
  medianStepDifference,
  othersShare,
  overheadShare,
  type Pair,
  secondsOf,
  takeTurns,
  upperBound,
  wallDifference,
} from './trainer/pairs.ts';
import { type BenchSnapshot, writeBenchRound, writeBenchSnapshot } from './trainer/round-directory.ts';
import { environment, killAll, startOurs, startPlain } from './trainer/runs.ts';

// What a round costs beside its engine: CPU time of driver and reward servers against that of the engine, and steps of
// `trl_grpo` against those of a plain TRL script with the same rows, seeds, model and settings. In each pair the two take turns
// step by step; everything of the other stands still meanwhile.
const { values: options } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const pairs = options.quick ? 2 : 5;
const steps = options.quick ? 8 : 20;
const cpus = Math.min(2, os.availableParallelism());
const cores = os.availableParallelism();
/**
 * Share of the machine that others may take. Where they take more than the first, the loops' whole times are theirs as much as
 * ours: the median of neighbouring steps is judged, and the whole is told. More than the second is missed itself: then an engine
 * waits for a core while its driver looks 20 times a second, and neighbouring steps differ by a fifth.
 */
const [quietShare, mostShare] = [0.1, 0.5];

const root = path.join(import.meta.dirname, '..');
const kept = path.join(root, '.mendloop', 'bench', 'trainer');

async function findTrainer(): Promise<string> {
  const { python } = await trainerEnvironment({
    folder: path.join(root, '.mendloop', 'trainer', 'environments'),
    trainer: path.join(root, 'trainer'),
    environment: process.env,
    onProgress: (message) => console.log(message),
  });
  return python;
}

/** Made once, below a folder that git ignores; the same rows and seed give the same weights. */
async function findModel(python: string, snapshot: BenchSnapshot): Promise<string> {
  const folder = path.join(kept, `model-${snapshot.manifest.files.sft.content_sha256.slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  await mkdir(kept, { recursive: true });
  console.log('making the model (once)');
  const program = path.join(import.meta.dirname, 'trainer', 'make_model.py');
  const args = [program, folder, path.join(snapshot.folder, rowFileName('sft'))];
  const { status } = spawnSync(python, args, {
    env: environment(cpus),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error(`make_model.py ended with ${status}`);
  return folder;
}

interface Setting {
  readonly python: string;
  readonly model: string;
  readonly snapshot: BenchSnapshot;
  readonly bundle: Bundle;
  readonly folder: string;
}

async function runPair({ python, model, snapshot, bundle, folder }: Setting, seed: number): Promise<Pair> {
  const rounds = path.join(folder, 'rounds');
  const bench = { seed, steps, cpus, model, rewardServer: bundle.file, rounds };
  const directory = await writeBenchRound(bench, `r-bench-${seed}`, snapshot);
  await using plain = await startPlain(python, directory, bundle, path.join(folder, `plain-${seed}`));
  await plain.run.step();
  await using ours = startOurs(python, directory);
  await ours.run.step();
  return await takeTurns(ours, plain, steps);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function describe(pair: Pair, seed: number): void {
  const { ours, plain, round } = pair;
  const parts = [
    `a step ${(secondsOf(ours) / ours.length).toFixed(2)} s, plain ${(secondsOf(plain) / plain.length).toFixed(2)} s`,
    `wall ${percent(wallDifference(pair))}, median step ${percent(medianStepDifference(pair))}, CPU ${percent(cpuDifference(pair))}`,
    `driver and sidecar ${percent(overheadShare(cpuOf(ours)))} of the engine, ${percent(overheadShare(round))} over the whole round`,
    `others took ${percent(othersShare([...ours, ...plain], cores))} of the machine`,
  ];
  console.log(`pair ${seed}: ${parts.join('; ')}`);
}

function judge(report: Report, done: readonly Pair[]): void {
  const others = Math.max(...done.map(({ ours, plain }) => othersShare([...ours, ...plain], cores)));
  const busy = others > quietShare ? 'others were at work, see others_share_most' : null;
  const useless = others > mostShare ? busy : null;
  const short = options.quick ? 'a short run has too few pairs' : null;
  const atMost = (name: string, value: number, most: number, why: string | null): void => {
    if (why === null) report.atMost(name, value, most);
    else report.figure(name, value);
    if (why !== null) report.line(`${name} is not judged: ${why}`);
  };
  report.figure('step_seconds_plain', mean(done.map(({ plain }) => secondsOf(plain) / plain.length)));
  report.atMost('others_share_most', others, mostShare);
  const shares = done.map(({ ours }) => overheadShare(cpuOf(ours)));
  atMost('overhead_cpu_share', Math.max(...shares), 0.02, useless);
  report.figure('overhead_cpu_share_round', Math.max(...done.map(({ round }) => overheadShare(round))));
  report.figure('wall_difference_mean', mean(done.map(wallDifference)));
  report.figure('median_step_difference_mean', mean(done.map(medianStepDifference)));
  report.figure('cpu_difference_mean', mean(done.map(cpuDifference)));
  atMost('median_step_difference_upper', upperBound(done.map(medianStepDifference)), 0.05, short ?? useless);
  atMost('wall_difference_upper', upperBound(done.map(wallDifference)), 0.05, short ?? busy);
  report.figure('cpu_difference_upper', upperBound(done.map(cpuDifference)));
}

const folder = await mkdtemp(path.join(os.tmpdir(), 'mendloop-bench-'));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    killAll();
    rmSync(folder, { recursive: true, force: true });
    console.log(`ended by ${signal}`);
    process.exit(130);
  });
}
await chmod(folder, 0o755);
const report = createReport();
try {
  const python = await findTrainer();
  const snapshot = await writeBenchSnapshot(path.join(folder, 'snapshot'));
  const model = await findModel(python, snapshot);
  await using bundle = await buildRewardServer();
  const done: Pair[] = [];
  for (let seed = 1; seed <= pairs; seed += 1) {
    const pair = await runPair({ python, model, snapshot, bundle, folder }, seed);
    describe(pair, seed);
    done.push(pair);
  }
  judge(report, done);
} finally {
  await rm(folder, { recursive: true, force: true });
}
for (const missed of report.missed) console.log(`MISSED ${missed}`);
if (report.missed.length > 0) process.exitCode = 1;
printResult('trainer', report.figures);
