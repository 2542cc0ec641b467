import { type ListedCheckpoint, listCheckpoints } from '../train/checkpoint/list.ts';
import { type Command, type CommandContext, type ExitStatus, jsonOption } from './frame/command.ts';
import { withDatabase } from './frame/database.ts';
import { printRows } from './frame/print-rows.ts';

const columns = [
  { title: 'checkpoint', cell: (row: ListedCheckpoint) => row.checkpoint_id },
  { title: 'status', cell: (row: ListedCheckpoint) => row.status },
  { title: 'alias', cell: (row: ListedCheckpoint) => row.aliases.join(' ') },
  { title: 'gate', cell: (row: ListedCheckpoint) => row.decision },
  { title: 'kind', cell: (row: ListedCheckpoint) => row.kind },
  { title: 'parent', cell: (row: ListedCheckpoint) => row.parent_id },
  { title: 'tree', cell: (row: ListedCheckpoint) => row.tree_sha256.slice(0, 12) },
  { title: 'created', cell: (row: ListedCheckpoint) => row.created_at },
];

async function run(context: CommandContext): Promise<ExitStatus> {
  const rows = await withDatabase(({ db }) => listCheckpoints(db));
  await printRows(context, columns, rows);
  return 0;
}

export const checkpointList: Command = {
  name: 'checkpoint list',
  summary: 'List what rounds have trained, latest first, with what the gate said.',
  usage: '[--json]',
  options: jsonOption,
  arity: [0, 0],
  run,
};
