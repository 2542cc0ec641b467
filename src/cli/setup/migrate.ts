import { type Command, type CommandContext, type ExitStatus, isSet, jsonOption } from '../frame/command.ts';
import { withAnyDatabase } from '../frame/database.ts';

async function run(context: CommandContext): Promise<ExitStatus> {
  const { out, services } = context;
  const applied = await withAnyDatabase(({ db, url, log }) => services.migrate(db, url, log));
  if (isSet(context, 'json')) await out.json({ applied });
  else if (applied.length === 0) await out.line('The database is up to date.');
  else for (const name of applied) await out.line(`applied ${name}`);
  return 0;
}

export const migrate: Command = {
  name: 'migrate',
  summary: 'Bring the database up to date.',
  usage: '[--json]',
  options: jsonOption,
  arity: [0, 0],
  run,
};
