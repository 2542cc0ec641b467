import { rollbackAlias } from '../../train/checkpoint/promote.ts';
import { type CommandContext, defineCommand, type ExitStatus } from '../frame/command.ts';
import { withRounds } from '../frame/rounds.ts';
import { aliasOptions, printAliasChange } from './alias-change.ts';

async function run(context: CommandContext<typeof aliasOptions>): Promise<ExitStatus> {
  const { alias } = context.flags;
  const changed = await withRounds(context, ({ rounds }) =>
    rollbackAlias(rounds.checkpoints, alias, { reason: 'mendloop checkpoint rollback' }),
  );
  await printAliasChange(context, alias, changed);
  return 0;
}

export const checkpointRollback = defineCommand({
  name: 'checkpoint rollback',
  summary: 'Point an alias back at what it meant before; a second time undoes the first.',
  options: aliasOptions,
  run,
});
