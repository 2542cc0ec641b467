import { trainingFolders } from '../../config/training-folders.ts';
import { MendloopError } from '../../domain/errors.ts';
import { formulaNames } from '../../reward/formulas.ts';
import { createSnapshot, defaultSnapshotOptions, type SnapshotOptions } from '../../train/snapshot/create.ts';
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
import { withDatabase } from '../frame/database.ts';
import { describeSnapshot } from './describe.ts';

function optionsOf(context: CommandContext): SnapshotOptions {
  const splitAt = textFlag(context, 'split-at');
  if (splitAt !== null && !(/^\d{4}-\d{2}-\d{2}/.test(splitAt) && Date.parse(splitAt) > 0)) {
    throw new MendloopError('input_invalid', '--split-at is not an ISO time');
  }
  const installation = textFlag(context, 'installation');
  return {
    ...defaultSnapshotOptions,
    formula: choiceFlag(context, 'formula', formulaNames) ?? defaultSnapshotOptions.formula,
    rows: choiceFlag(context, 'rows', rowForms) ?? defaultSnapshotOptions.rows,
    splitAt: splitAt === null ? null : new Date(splitAt).toISOString().replace('.000Z', 'Z'),
    installation_id:
      installation === null ? null : numberFlag(context, 'installation', 1, Number.MAX_SAFE_INTEGER),
  };
}

async function run(context: CommandContext): Promise<ExitStatus> {
  const options = optionsOf(context);
  const manifest = await withDatabase(({ db, config }) =>
    createSnapshot({ db, folder: trainingFolders(config).snapshots }, options),
  );
  if (isSet(context, 'json')) await context.out.json(manifest);
  else await context.out.line(describeSnapshot(manifest));
  return 0;
}

export const snapshotCreate: Command = {
  name: 'snapshot create',
  summary: 'Freeze the ready instances that may be trained on as the data of a round.',
  usage: '[--rows files|hunks] [--formula NAME] [--split-at TIME] [--installation ID]',
  options: {
    rows: {
      type: 'string',
      value: 'FORM',
      about:
        'files (the default): whole files. hunks: single fragments, for a model that is too small for files.',
    },
    formula: { type: 'string', value: 'NAME', about: `The reward: one of ${formulaNames.join(', ')}.` },
    'split-at': {
      type: 'string',
      value: 'TIME',
      about: 'Merges from then on are held out; else the newest fifth.',
    },
    installation: {
      type: 'string',
      value: 'ID',
      about: 'Takes this installation’s private repositories along; else public ones only.',
    },
    ...jsonOption,
  },
  arity: [0, 0],
  run,
};
