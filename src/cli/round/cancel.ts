import { showRound } from '../../queries/rounds.ts';
import { requestCancel } from '../../train/round/requests/cancel.ts';
import { type CommandContext, defineCommand, type ExitStatus, jsonOption } from '../frame/command.ts';
import { flag } from '../frame/options.ts';
import { withRounds } from '../frame/rounds.ts';
import { followRound } from './follow.ts';
import { printRound } from './print.ts';

const options = {
  wait: flag('Go on with it in this process until it has ended.'),
  ...jsonOption,
} as const;

async function run(context: CommandContext<typeof options>): Promise<ExitStatus> {
  const round_id = context.args[0] ?? '';
  await withRounds(context, async (opened) => {
    const { db, rounds } = opened;
    const asked = await db.transaction().execute((trx) => requestCancel(trx, rounds.queue, round_id));
    if (context.flags.wait) await followRound(context, opened, round_id);
    const round = await showRound(db, round_id);
    await printRound(context, opened, round);
    if (asked && round.state !== 'cancelled')
      context.out.note('It ends when a worker, or `round watch`, is at it.');
  });
  return 0;
}

export const roundCancel = defineCommand({
  name: 'round cancel',
  summary: 'Ask a round to end, whatever it is at; its last checkpoint stays for `round resume`.',
  args: 'ID',
  options,
  arity: [1, 1],
  run,
});
