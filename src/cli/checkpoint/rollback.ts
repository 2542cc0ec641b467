import { aliasNames } from '../../domain/round.ts';
import { rollbackAlias } from '../../train/checkpoint/rollback.ts';
import { choiceFlag, type Command, type CommandContext, type ExitStatus } from '../frame/command.ts';
import { withRounds } from '../frame/rounds.ts';
import { aliasOptions, printAliasChange } from './alias-change.ts';

async function run(context: CommandContext): Promise<ExitStatus> {
  const alias = choiceFlag(context, 'alias', aliasNames) ?? 'stable';
  const changed = await withRounds(context, ({ rounds }) =>
    rollbackAlias(rounds.checkpoints, alias, { reason: 'mendloop checkpoint rollback' }),
  );
  await printAliasChange(context, alias, changed);
  return 0;
}

export const checkpointRollback: Command = {
  name: 'checkpoint rollback',
  summary: 'Point an alias back at what it meant before; a second time undoes the first.',
  usage: `[--alias ${aliasNames.join('|')}] [--json]`,
  options: aliasOptions,
  arity: [0, 0],
  run,
};
