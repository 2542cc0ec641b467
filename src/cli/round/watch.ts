import { defineCommand, type ExitStatus, type JsonContext, jsonOption } from '../frame/command.ts';
import { withRounds } from '../frame/rounds.ts';
import { followRound, statusOf } from './follow.ts';
import { printRound } from './print.ts';

async function run(context: JsonContext): Promise<ExitStatus> {
  return withRounds(context, async (opened) => {
    const round = await followRound(context, opened, context.args[0] ?? '');
    await printRound(context, opened, round);
    return statusOf(round);
  });
}

export const roundWatch = defineCommand({
  name: 'round watch',
  summary: 'Follow a round until it has ended, and go on with it where no worker does.',
  args: 'ID',
  options: jsonOption,
  arity: [1, 1],
  run,
});
