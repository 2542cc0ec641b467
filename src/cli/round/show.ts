import { showRound } from '../../queries/rounds.ts';
import { defineCommand, type ExitStatus, type JsonContext, jsonOption } from '../frame/command.ts';
import { withDatabase } from '../frame/database.ts';
import { printRound } from './print.ts';

async function run(context: JsonContext): Promise<ExitStatus> {
  await withDatabase(async (database) => {
    await printRound(context, database, await showRound(database.db, context.args[0] ?? ''));
  });
  return 0;
}

export const roundShow = defineCommand({
  name: 'round show',
  summary: 'Show a round, its attempts and what the gate decided.',
  args: 'ID',
  options: jsonOption,
  arity: [1, 1],
  run,
});
