import { promoteCheckpoint } from '../../train/checkpoint/promote.ts';
import { type CommandContext, defineCommand, type ExitStatus } from '../frame/command.ts';
import { withRounds } from '../frame/rounds.ts';
import { aliasOptions, printAliasChange } from './alias-change.ts';

async function run(context: CommandContext<typeof aliasOptions>): Promise<ExitStatus> {
  const id = context.args[0] ?? '';
  const { alias } = context.flags;
  const changed = await withRounds(context, ({ rounds }) =>
    promoteCheckpoint(rounds.checkpoints, id, alias, { reason: 'mendloop checkpoint promote' }),
  );
  await printAliasChange(context, alias, changed);
  return 0;
}

export const checkpointPromote = defineCommand({
  name: 'checkpoint promote',
  summary: 'Point an alias at a checkpoint, after hashing its files again.',
  args: 'ID',
  options: aliasOptions,
  arity: [1, 1],
  run,
});
