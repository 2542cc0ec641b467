import { aliasNames } from '../../domain/round.ts';
import { promoteCheckpoint } from '../../train/checkpoint/promote.ts';
import { choiceFlag, type Command, type CommandContext, type ExitStatus } from '../frame/command.ts';
import { withRounds } from '../frame/rounds.ts';
import { aliasOptions, printAliasChange } from './alias-change.ts';

async function run(context: CommandContext): Promise<ExitStatus> {
  const id = context.args[0] ?? '';
  const alias = choiceFlag(context, 'alias', aliasNames) ?? 'stable';
  const changed = await withRounds(context, ({ rounds }) =>
    promoteCheckpoint(rounds.checkpoints, id, alias, { reason: 'mendloop checkpoint promote' }),
  );
  await printAliasChange(context, alias, changed);
  return 0;
}

export const checkpointPromote: Command = {
  name: 'checkpoint promote',
  summary: 'Point an alias at a checkpoint, after hashing its files again.',
  usage: `ID [--alias ${aliasNames.join('|')}] [--json]`,
  options: aliasOptions,
  arity: [1, 1],
  run,
};
