import { trainingFolders } from '../../config/training-folders.ts';
import { MendloopError } from '../../domain/errors.ts';
import { formulaNames } from '../../reward/formulas.ts';
import { createSnapshot, defaultSnapshotOptions, type SnapshotOptions } from '../../train/snapshot/create.ts';
import { rowForms } from '../../train/snapshot/tasks.ts';
import { type CommandContext, defineCommand, type ExitStatus, jsonOption } from '../frame/command.ts';
import { withDatabase } from '../frame/database.ts';
import { text, optionalWhole, choiceWithDefault } from '../frame/options.ts';
import { describeSnapshot } from './describe.ts';

const options = {
  rows: choiceWithDefault(
    'FORM',
    'files: whole files. hunks: single fragments, for a model that is too small for files.',
    rowForms,
    defaultSnapshotOptions.rows,
  ),
  formula: choiceWithDefault(
    'NAME',
    `The reward: one of ${formulaNames.join(', ')}.`,
    formulaNames,
    defaultSnapshotOptions.formula,
  ),
  'split-at': text('TIME', 'Merges from then on are held out; else the newest fifth.'),
  installation: optionalWhole(
    'ID',
    'Takes this installation’s private repositories along; else public ones only.',
    { min: 1, max: Number.MAX_SAFE_INTEGER },
  ),
  ...jsonOption,
} as const;

function splitOf(time: string): string {
  if (!/^\d{4}-\d{2}-\d{2}/.test(time) || !(Date.parse(time) > 0)) {
    throw new MendloopError('input_invalid', '--split-at is not an ISO time');
  }
  return new Date(time).toISOString().replace('.000Z', 'Z');
}

async function run(context: CommandContext<typeof options>): Promise<ExitStatus> {
  const { formula, rows, 'split-at': time, installation } = context.flags;
  const wanted: SnapshotOptions = {
    ...defaultSnapshotOptions,
    formula,
    rows,
    splitAt: time === null ? null : splitOf(time),
    installation_id: installation,
  };
  const manifest = await withDatabase(({ db, config }) =>
    createSnapshot({ db, folder: trainingFolders(config).snapshots }, wanted),
  );
  if (context.flags.json) await context.out.json(manifest);
  else await context.out.line(describeSnapshot(manifest));
  return 0;
}

export const snapshotCreate = defineCommand({
  name: 'snapshot create',
  summary: 'Freeze the ready instances that may be trained on as the data of a round.',
  options,
  run,
});
