import { showRound } from '../../queries/rounds.ts';
import { resumeRound } from '../../train/round/requests/resume.ts';
import { type CommandContext, defineCommand, type ExitStatus, jsonOption } from '../frame/command.ts';
import { flag } from '../frame/options.ts';
import { withRounds } from '../frame/rounds.ts';
import { followRound, statusOf } from './follow.ts';
import { printRound } from './print.ts';

const options = {
  wait: flag('Go on with it in this process until it has ended.'),
  ...jsonOption,
} as const;

async function run(context: CommandContext<typeof options>): Promise<ExitStatus> {
  const round_id = context.args[0] ?? '';
  return withRounds(context, async (opened) => {
    await resumeRound(opened.rounds, round_id);
    const wait = context.flags.wait;
    const round = wait ? await followRound(context, opened, round_id) : await showRound(opened.db, round_id);
    await printRound(context, opened, round);
    return wait ? statusOf(round) : 0;
  });
}

export const roundResume = defineCommand({
  name: 'round resume',
  summary: 'Give a round that failed, was cancelled or lost another attempt, from its last checkpoint on.',
  args: 'ID',
  options,
  arity: [1, 1],
  run,
});
