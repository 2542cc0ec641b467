import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { MendloopError } from '../../domain/errors.ts';
import { engineNames } from '../../domain/round.ts';
import { showRound } from '../../queries/rounds.ts';
import { formulaNames } from '../../reward/formulas.ts';
import { type PlannedRound, planRound, roundId } from '../../train/round/requests/plan.ts';
import { rowForms } from '../../train/snapshot/tasks.ts';
import { type CommandContext, defineCommand, type ExitStatus, jsonOption } from '../frame/command.ts';
import { flag, text, whole, optionalWhole, choice, type FlagsOf } from '../frame/options.ts';
import { type CommandRounds, withRounds } from '../frame/rounds.ts';
import { followRound, statusOf } from './follow.ts';
import { printRound } from './print.ts';

const startOptions = {
  cluster: text('NAME', 'Where it runs; ROUND_CLUSTER unless given.'),
  engine: choice('ENGINE', `One of ${engineNames.join(', ')}; ROUND_ENGINE unless given.`, engineNames),
  formula: choice('F', `One of ${formulaNames.join(', ')}; ROUND_FORMULA unless given.`, formulaNames),
  seed: whole('N', 'Of everything random.', { min: 0, max: 999_999_999, standard: 1 }),
  steps: optionalWhole('N', "Training steps; the cluster's profile says how many otherwise.", {
    min: 1,
    max: 100_000,
  }),
  rows: choice('FORM', `One of ${rowForms.join(', ')}; hunks are for small models.`, rowForms),
  model: text('DIR', 'Model to begin with, instead of the stable checkpoint.'),
  overrides: text('FILE', "JSON object of the engine's own keys."),
  wait: flag('Go on with it in this process until it has ended.'),
  ...jsonOption,
} as const;
type StartFlags = FlagsOf<typeof startOptions>;

const overridesFile = z.record(z.string(), z.unknown());

/** A JSON object of engine keys; null where no file is named. Throws `input_invalid`. */
async function readOverrides(file: string | null): Promise<Record<string, unknown> | null> {
  if (file === null) return null;
  try {
    return overridesFile.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new MendloopError('input_invalid', 'the file of --overrides is no JSON object that can be read', {
      cause,
    });
  }
}

type Asked = Omit<PlannedRound, 'round_id' | 'cluster' | 'engine' | 'formula' | 'request'> & {
  readonly cluster: string | null;
  readonly engine: PlannedRound['engine'] | null;
  readonly formula: string | null;
  readonly request: Omit<PlannedRound['request'], 'hours'>;
};

async function asked({
  model,
  steps,
  rows,
  overrides,
  wait: _wait,
  json: _json,
  ...choices
}: StartFlags): Promise<Asked> {
  return {
    cause: 'manual',
    night: null,
    deadline: null,
    ...choices,
    request: {
      steps,
      rows,
      model: model === null ? null : path.resolve(model),
      overrides: await readOverrides(overrides),
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
  // Reports an unknown cluster here and not in a worker. The fake engine prepares nothing.
  await using _ = await rounds.cluster({ cluster: round.cluster, engine: 'fake' });
  await rounds.db.transaction().execute((trx) => planRound(trx, rounds.queue, round));
  return round.round_id;
}

async function run(context: CommandContext<typeof startOptions>): Promise<ExitStatus> {
  const wanted = await asked(context.flags);
  return withRounds(context, async (opened) => {
    const round_id = await plan(opened, wanted);
    const wait = context.flags.wait;
    const round = wait ? await followRound(context, opened, round_id) : await showRound(opened.db, round_id);
    await printRound(context, opened, round);
    if (!wait)
      context.out.note(`The next free worker takes it up; or run \`mendloop round watch ${round_id}\`.`);
    return wait ? statusOf(round) : 0;
  });
}

export const roundStart = defineCommand({
  name: 'round start',
  summary: 'Train on what is ready now, and let the gate decide over the result.',
  options: startOptions,
  run,
});
