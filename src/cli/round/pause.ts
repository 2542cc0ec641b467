import { latestNight } from '../../train/schedule/due-night.ts';
import { pauseNights, unpauseNights } from '../../train/schedule/pause.ts';
import {
  type CommandContext,
  defineCommand,
  type ExitStatus,
  type JsonContext,
  jsonOption,
} from '../frame/command.ts';
import { withDatabase } from '../frame/database.ts';
import { text, usageError } from '../frame/options.ts';

function dateOf(text: string): string {
  const time = Date.parse(`${text}T00:00:00Z`);
  if (/^\d{4}-\d\d-\d\d$/.test(text) && new Date(time || 0).toISOString().startsWith(text)) return text;
  throw usageError('--until must be a date such as 2026-12-24');
}

const options = {
  until: text('DATE', 'The first night with a round again.'),
  ...jsonOption,
} as const;

async function pause(context: CommandContext<typeof options>): Promise<ExitStatus> {
  const { until: date } = context.flags;
  const until = date === null ? null : dateOf(date);
  await withDatabase(({ db }) => pauseNights(db, until));
  if (context.flags.json) await context.out.json({ paused: true, until });
  else await context.out.line(`no nightly rounds until ${until ?? '`mendloop round unpause`'}`);
  return 0;
}

export const roundPause = defineCommand({
  name: 'round pause',
  summary: 'Plan no nightly rounds for a while; those under way, manual ones and replacements go on.',
  options,
  run: pause,
});

async function unpause(context: JsonContext): Promise<ExitStatus> {
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
  run: unpause,
});
