import { type CheckpointRow, listCheckpoints } from '../../queries/checkpoints.ts';
import { defineCommand, type ExitStatus, type JsonContext, jsonOption } from '../frame/command.ts';
import { withDatabase } from '../frame/database.ts';
import { printRows } from '../frame/print-rows.ts';

/** A row as `--json` prints it. */
function printed({ aliases, decision, created_at, ...row }: CheckpointRow) {
  return { ...row, aliases, decision, created_at: created_at.toISOString() };
}

type PrintedCheckpoint = ReturnType<typeof printed>;

const latestFirst = { sort: 'created_at', direction: 'desc', filters: {}, limit: null } as const;

const columns = [
  { title: 'checkpoint', cell: (row: PrintedCheckpoint) => row.checkpoint_id },
  { title: 'status', cell: (row: PrintedCheckpoint) => row.status },
  { title: 'alias', cell: (row: PrintedCheckpoint) => row.aliases.join(' ') },
  { title: 'gate', cell: (row: PrintedCheckpoint) => row.decision },
  { title: 'kind', cell: (row: PrintedCheckpoint) => row.kind },
  { title: 'parent', cell: (row: PrintedCheckpoint) => row.parent_id },
  { title: 'tree', cell: (row: PrintedCheckpoint) => row.tree_sha256.slice(0, 12) },
  { title: 'created', cell: (row: PrintedCheckpoint) => row.created_at },
];

async function run(context: JsonContext): Promise<ExitStatus> {
  const rows = (await withDatabase(({ db }) => listCheckpoints(db, null, latestFirst))).map(printed);
  await printRows(context, columns, rows);
  return 0;
}

export const checkpointList = defineCommand({
  name: 'checkpoint list',
  summary: 'List what rounds have trained, latest first, with what the gate said.',
  options: jsonOption,
  run,
});
