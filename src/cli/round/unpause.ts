import { latestNight } from '../../train/schedule/due-night.ts';
import { unpauseNights } from '../../train/schedule/pause.ts';
import { type Command, type CommandContext, type ExitStatus, isSet, jsonOption } from '../frame/command.ts';
import { withDatabase } from '../frame/database.ts';

async function run(context: CommandContext): Promise<ExitStatus> {
  await withDatabase(async ({ config, db }) => {
    const { at, timeZone } = config.rounds;
    const night = at === null ? null : latestNight(new Date(), { at, timeZone }).night;
    await unpauseNights(db, night);
  });
  if (isSet(context, 'json')) await context.out.json({ paused: false });
  else await context.out.line('nightly rounds go on with the next night');
  return 0;
}

export const roundUnpause: Command = {
  name: 'round unpause',
  summary: 'End a pause of the nightly rounds; the nights of the pause are not made up.',
  usage: '[--json]',
  options: jsonOption,
  arity: [0, 0],
  run,
};
