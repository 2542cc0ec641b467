import { latestNight } from '../../train/schedule/due-night.ts';
import { unpauseNights } from '../../train/schedule/pause.ts';
import { defineCommand, type ExitStatus, type JsonContext, jsonOption } from '../frame/command.ts';
import { withDatabase } from '../frame/database.ts';

async function run(context: JsonContext): Promise<ExitStatus> {
  await withDatabase(async ({ config, db }) => {
    const { at, timeZone } = config.rounds;
    const night = at === null ? null : latestNight(new Date(), { at, timeZone }).night;
    await unpauseNights(db, night);
  });
  if (context.flags.json) await context.out.json({ paused: false });
  else await context.out.line('nightly rounds go on with the next night');
  return 0;
}

export const roundUnpause = defineCommand({
  name: 'round unpause',
  summary: 'End a pause of the nightly rounds; the nights of the pause are not made up.',
  options: jsonOption,
  run,
});
