import { pauseNights } from '../../train/schedule/pause.ts';
import {
  type Command,
  type CommandContext,
  type ExitStatus,
  isSet,
  jsonOption,
  textFlag,
  usageError,
} from '../frame/command.ts';
import { withDatabase } from '../frame/database.ts';

function dateOf(text: string): string {
  const time = Date.parse(`${text}T00:00:00Z`);
  if (/^\d{4}-\d\d-\d\d$/.test(text) && new Date(time || 0).toISOString().startsWith(text)) return text;
  throw usageError('--until must be a date such as 2026-12-24');
}

async function run(context: CommandContext): Promise<ExitStatus> {
  const given = textFlag(context, 'until');
  const until = given === null ? null : dateOf(given);
  await withDatabase(({ db }) => pauseNights(db, until));
  if (isSet(context, 'json')) await context.out.json({ paused: true, until });
  else await context.out.line(`no nightly rounds until ${until ?? '`mendloop round unpause`'}`);
  return 0;
}

export const roundPause: Command = {
  name: 'round pause',
  summary: 'Plan no nightly rounds for a while; those under way, manual ones and replacements go on.',
  usage: '[--until DATE] [--json]',
  options: {
    until: { type: 'string', value: 'DATE', about: 'The first night with a round again.' },
    ...jsonOption,
  },
  arity: [0, 0],
  run,
};
