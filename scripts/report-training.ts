import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { machine } from '../bench/machine.ts';
import { prepareTrainer } from '../demo/train/trainer.ts';
import { clusterNamed, readClusters } from '../src/cluster/config/read-clusters.ts';
import { isMendloopError } from '../src/domain/errors.ts';
import { trainerEnvironment } from '../src/python/trainer-environment.ts';
import { treeSha256 } from '../src/round-files/tree-hash.ts';
import type { Asker } from './report-training/answers.ts';
import { assemble } from './report-training/assemble.ts';
import { writeMarkdown } from './report-training/markdown.ts';
import { mendloopOf } from './report-training/mendloop.ts';
import { commandOf, readOptions, type ReportOptions } from './report-training/options.ts';
import { pointToBase, runRound, type ShownRound } from './report-training/rounds.ts';

// Rounds of several seeds and training formulas over one installation's instances, and what became of the model. Rounds that are
// there already are taken as they are, and one that is not finished is gone on with: after an interruption, run it again.

const root = path.join(import.meta.dirname, '..');
const started = performance.now();
const stopping = new AbortController();

function progress(message: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(0).padStart(6);
  process.stderr.write(`${seconds} s  ${message}\n`);
}

async function prepare({ home, model }: ReportOptions): Promise<{ python: string; model: string }> {
  const { signal } = stopping;
  const made = await prepareTrainer({ home, isTemporary: true, engine: 'trl_grpo', signal, progress });
  const { python } = await trainerEnvironment({
    folder: path.join(root, '.mendloop', 'trainer', 'environments'),
    trainer: path.join(root, 'trainer'),
    environment: process.env,
    onProgress: progress,
  });
  return { python, model: model ?? made };
}

async function runRounds(options: ReportOptions, model: string): Promise<ShownRound[]> {
  const mendloop = mendloopOf(options.home);
  const baseTree = await treeSha256(model);
  const clusters = await readClusters(path.join(options.home, 'mendloop.clusters.json'));
  const cluster = clusterNamed(clusters, options.cluster);
  const rounds: ShownRound[] = [];
  // Seed by seed, so that an early end leaves pairs.
  for (const seed of options.seeds) {
    for (const formula of options.formulas) {
      progress(`seed ${seed}, ${formula}`);
      const round = await runRound(mendloop, {
        seed,
        formula,
        steps: options.steps,
        cluster,
        model,
        baseTree,
      });
      progress(`round ${round.round_id}: ${round.state} (${round.reason ?? ''})`);
      rounds.push(round);
    }
  }
  await pointToBase(mendloop);
  return rounds;
}

async function packagesOf({ dir }: ShownRound): Promise<Record<string, string>> {
  const text = await readFile(path.join(dir, 'attempts', '0001', 'engine.json'), 'utf8');
  return (JSON.parse(text) as { packages: Record<string, string> }).packages;
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const { python, model } = await prepare(options);
  const rounds = await runRounds(options, model);
  const asker: Asker = { python, folder: path.join(options.home, 'report-training'), progress };
  const report = await assemble(asker, rounds, {
    command: commandOf(options),
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    packages: await packagesOf(rounds[0] as ShownRound),
    model,
  });
  await mkdir(path.dirname(options.out), { recursive: true });
  await writeFile(`${options.out}.json`, `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(`${options.out}.md`, writeMarkdown(report));
  progress(`wrote ${options.out}.json and .md`);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
try {
  await main();
} catch (error) {
  if (!isMendloopError(error)) throw error;
  process.stderr.write(`mendloop: ${error.code}: ${error.message}\n  ${error.hint}\n`);
  process.exitCode = error.exit;
}
