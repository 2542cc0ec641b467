import { defineCommand, type ExitStatus, type JsonContext, jsonOption } from '../frame/command.ts';
import { withAnyDatabase } from '../frame/database.ts';

async function run(context: JsonContext): Promise<ExitStatus> {
  const { out } = context;
  const applied = await withAnyDatabase(async ({ db, url, log }) =>
    (await context.services()).migrate(db, url, log),
  );
  if (context.flags.json) await out.json({ applied });
  else if (applied.length === 0) await out.line('The database is up to date.');
  else for (const name of applied) await out.line(`applied ${name}`);
  return 0;
}

export const migrateCommand = defineCommand({
  name: 'migrate',
  summary: 'Bring the database up to date.',
  options: jsonOption,
  run,
});
