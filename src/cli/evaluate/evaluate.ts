import { engineNames } from '../../domain/round.ts';
import { evaluateModels } from '../../train/evaluation/evaluate-models.ts';
import { abortOnStop } from '../frame/abort-on-stop.ts';
import {
  choiceFlag,
  type Command,
  type CommandContext,
  type ExitStatus,
  isSet,
  jsonOption,
  numberFlag,
  textFlag,
  usageError,
} from '../frame/command.ts';
import { withRounds } from '../frame/rounds.ts';
import { printEvaluation } from './print.ts';

function required(context: CommandContext, name: string): string {
  return textFlag(context, name) ?? fail(name);
}

function fail(name: string): never {
  throw usageError(`--${name} is needed`);
}

/** What a person asks for, before anything is opened: wrong usage costs nothing. */
function asked(context: CommandContext) {
  return {
    model: required(context, 'model'),
    against: required(context, 'against'),
    snapshot_id: required(context, 'snapshot'),
    cluster: textFlag(context, 'cluster'),
    engine: choiceFlag(context, 'engine', engineNames),
    rows: numberFlag(context, 'limit', 1, 1_000_000),
    samples: numberFlag(context, 'samples', 1, 100),
    seed: numberFlag(context, 'seed', 0, 999_999_999),
  };
}

async function run(context: CommandContext): Promise<ExitStatus> {
  const { cluster, engine, ...wanted } = asked(context);
  const evaluation = await withRounds(context, async ({ config, rounds }) => {
    let told = '';
    return evaluateModels(rounds, {
      ...wanted,
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
  if (isSet(context, 'json')) await context.out.json(evaluation);
  else await printEvaluation(context.out, evaluation);
  return 0;
}

export const evaluate: Command = {
  name: 'evaluate',
  summary: 'Compare two models on the held-out rows of a snapshot, as the gate does.',
  usage:
    '--model A --against B --snapshot S [--cluster NAME] [--engine ENGINE] [--limit N] [--samples N] [--json]',
  options: {
    model: { type: 'string', value: 'A', about: 'Checkpoint, or folder of a whole model.' },
    against: { type: 'string', value: 'B', about: 'What it is compared with, likewise.' },
    snapshot: { type: 'string', value: 'S', about: 'Id of the snapshot.' },
    cluster: { type: 'string', value: 'NAME', about: 'Where it runs; ROUND_CLUSTER unless given.' },
    engine: {
      type: 'string',
      value: 'ENGINE',
      about: `One of ${engineNames.join(', ')}; ROUND_ENGINE unless given.`,
    },
    limit: { type: 'string', value: 'N', about: 'Held-out rows at most.', default: '1000' },
    samples: { type: 'string', value: 'N', about: 'Answers to each row.', default: '1' },
    seed: { type: 'string', value: 'N', about: 'Of every answer, alike for both.', default: '1' },
    ...jsonOption,
  },
  arity: [0, 0],
  run,
};
