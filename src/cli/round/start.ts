import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { engineNames } from '../../domain/round.ts';
import { showRound } from '../../queries/rounds.ts';
import { formulaNames } from '../../reward/formulas.ts';
import { type PlannedRound, planRound, roundId } from '../../train/round/requests/plan.ts';
import { rowForms } from '../../train/snapshot/tasks.ts';
import {
  choiceFlag,
  type Command,
  type CommandContext,
  type ExitStatus,
  isSet,
  jsonOption,
  numberFlag,
  textFlag,
} from '../frame/command.ts';
import { type CommandRounds, withRounds } from '../frame/rounds.ts';
import { followRound, statusOf } from './follow.ts';
import { printRound } from './print.ts';
import { readOverrides } from './read-overrides.ts';

type Asked = Omit<PlannedRound, 'round_id' | 'cluster' | 'engine' | 'formula' | 'request'> & {
  readonly cluster: string | null;
  readonly engine: PlannedRound['engine'] | null;
  readonly formula: string | null;
  readonly request: Omit<PlannedRound['request'], 'hours'>;
};

async function asked(context: CommandContext): Promise<Asked> {
  const model = textFlag(context, 'model');
  return {
    cause: 'manual',
    night: null,
    deadline: null,
    cluster: textFlag(context, 'cluster'),
    engine: choiceFlag(context, 'engine', engineNames),
    formula: choiceFlag(context, 'formula', formulaNames),
    seed: numberFlag(context, 'seed', 0, 999_999_999),
    request: {
      steps: textFlag(context, 'steps') === null ? null : numberFlag(context, 'steps', 1, 100_000),
      rows: choiceFlag(context, 'rows', rowForms),
      model: model === null ? null : path.resolve(model),
      overrides: await readOverrides(textFlag(context, 'overrides')),
    },
  };
}

async function plan({ config, rounds }: CommandRounds, { request, ...given }: Asked): Promise<string> {
  const { cluster, engine, formula, hours } = config.rounds;
  const round: PlannedRound = {
    ...given,
    round_id: roundId(rounds.now(), randomBytes(4).toString('hex')),
    cluster: given.cluster ?? cluster,
    engine: given.engine ?? engine,
    formula: given.formula ?? formula,
    request: { ...request, hours },
  };
  // A name that is not configured is told here, and not by a worker; the fake engine needs nothing to be made ready.
  await using _ = await rounds.cluster({ cluster: round.cluster, engine: 'fake' });
  await rounds.db.transaction().execute((trx) => planRound(trx, rounds.queue, round));
  return round.round_id;
}

async function run(context: CommandContext): Promise<ExitStatus> {
  const wanted = await asked(context);
  return withRounds(context, async (opened) => {
    const round_id = await plan(opened, wanted);
    const wait = isSet(context, 'wait');
    const round = wait ? await followRound(context, opened, round_id) : await showRound(opened.db, round_id);
    await printRound(context, opened, round);
    if (!wait)
      context.out.note(`The next free worker takes it up; or run \`mendloop round watch ${round_id}\`.`);
    return wait ? statusOf(round) : 0;
  });
}

export const roundStart: Command = {
  name: 'round start',
  summary: 'Train on what is ready now, and let the gate decide over the result.',
  usage:
    '[--cluster NAME] [--engine ENGINE] [--formula F] [--seed N] [--steps N] [--rows FORM] [--model DIR] [--overrides FILE] [--wait] [--json]',
  options: {
    cluster: { type: 'string', value: 'NAME', about: 'Where it runs; ROUND_CLUSTER unless given.' },
    engine: {
      type: 'string',
      value: 'ENGINE',
      about: `One of ${engineNames.join(', ')}; ROUND_ENGINE unless given.`,
    },
    formula: {
      type: 'string',
      value: 'F',
      about: `One of ${formulaNames.join(', ')}; ROUND_FORMULA unless given.`,
    },
    seed: { type: 'string', value: 'N', about: 'Of everything random.', default: '1' },
    steps: {
      type: 'string',
      value: 'N',
      about: "Training steps; the cluster's profile says how many otherwise.",
    },
    rows: {
      type: 'string',
      value: 'FORM',
      about: `One of ${rowForms.join(', ')}; hunks are for small models.`,
    },
    model: { type: 'string', value: 'DIR', about: 'Model to begin with, instead of the stable checkpoint.' },
    overrides: { type: 'string', value: 'FILE', about: "JSON object of the engine's own keys." },
    wait: { type: 'boolean', about: 'Go on with it in this process until it has ended.' },
    ...jsonOption,
  },
  arity: [0, 0],
  run,
};
