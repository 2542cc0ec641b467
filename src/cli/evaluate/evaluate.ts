import { engineNames } from '../../domain/round.ts';
import { evaluateModels } from '../../train/evaluation/evaluate-models.ts';
import { type CommandContext, defineCommand, type ExitStatus, jsonOption } from '../frame/command.ts';
import { text, requiredText, whole, choice } from '../frame/options.ts';
import { withRounds } from '../frame/rounds.ts';
import { abortOnStop } from '../frame/stopping.ts';
import { printEvaluation } from './print.ts';

const options = {
  model: requiredText('A', 'Checkpoint, or folder of a whole model.'),
  against: requiredText('B', 'What it is compared with, likewise.'),
  snapshot: requiredText('S', 'Id of the snapshot.'),
  cluster: text('NAME', 'Where it runs; ROUND_CLUSTER unless given.'),
  engine: choice('ENGINE', `One of ${engineNames.join(', ')}; ROUND_ENGINE unless given.`, engineNames),
  limit: whole('N', 'Held-out rows at most.', { min: 1, max: 1_000_000, standard: 1000 }),
  samples: whole('N', 'Answers to each row.', { min: 1, max: 100, standard: 1 }),
  seed: whole('N', 'Of every answer, alike for both.', { min: 0, max: 999_999_999, standard: 1 }),
  ...jsonOption,
} as const;

async function run(context: CommandContext<typeof options>): Promise<ExitStatus> {
  const { model, against, snapshot, cluster, engine, limit, samples, seed } = context.flags;
  const evaluation = await withRounds(context, async ({ config, rounds }) => {
    let told = '';
    return evaluateModels(rounds, {
      model,
      against,
      snapshot_id: snapshot,
      rows: limit,
      samples,
      seed,
      cluster: cluster ?? config.rounds.cluster,
      engine: engine ?? config.rounds.engine,
      hours: config.rounds.hours,
      signal: abortOnStop(),
      onProgress(phase) {
        if (phase !== told) context.out.note(phase);
        told = phase;
      },
    });
  });
  if (context.flags.json) await context.out.json(evaluation);
  else await printEvaluation(context.out, evaluation);
  return 0;
}

export const evaluate = defineCommand({
  name: 'evaluate',
  summary: 'Compare two models on the held-out rows of a snapshot, as the gate does.',
  options,
  run,
});
