import { showRound } from '../../queries/rounds.ts';
import { resumeRound } from '../../train/round/requests/resume.ts';
import { type Command, type CommandContext, type ExitStatus, isSet, jsonOption } from '../frame/command.ts';
import { withRounds } from '../frame/rounds.ts';
import { followRound, statusOf } from './follow.ts';
import { printRound } from './print.ts';

async function run(context: CommandContext): Promise<ExitStatus> {
  const round_id = context.args[0] ?? '';
  return withRounds(context, async (opened) => {
    await resumeRound(opened.rounds, round_id);
    const wait = isSet(context, 'wait');
    const round = wait ? await followRound(context, opened, round_id) : await showRound(opened.db, round_id);
    await printRound(context, opened, round);
    return wait ? statusOf(round) : 0;
  });
}

export const roundResume: Command = {
  name: 'round resume',
  summary: 'Give a round that failed, was cancelled or lost another attempt, from its last checkpoint on.',
  usage: 'ID [--wait] [--json]',
  options: {
    wait: { type: 'boolean', about: 'Go on with it in this process until it has ended.' },
    ...jsonOption,
  },
  arity: [1, 1],
  run,
};
