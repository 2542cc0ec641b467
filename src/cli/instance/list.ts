import { instanceStatuses } from '../../domain/instance.ts';
import { type InstanceRow, listInstances } from '../../queries/instances.ts';
import {
  choiceFlag,
  type Command,
  type CommandContext,
  type ExitStatus,
  jsonOption,
  numberFlag,
  textFlag,
} from '../frame/command.ts';
import { withDatabase } from '../frame/database.ts';
import { printRows } from '../frame/print-rows.ts';

/** A row as `--json` prints it. */
function printed(row: InstanceRow) {
  return {
    instance_id: row.instance_id,
    repo: row.repository,
    pull: row.pull_number,
    status: row.status,
    linked_issues: row.linked_issues,
    source_files: row.source_files,
    oracle_reward: row.reward,
    candidates: row.candidates,
  };
}

type PrintedInstance = ReturnType<typeof printed>;

const columns = [
  { title: 'instance', cell: (row: PrintedInstance) => row.instance_id },
  {
    title: 'status',
    cell: (row: PrintedInstance) => row.status,
    colour: (row: PrintedInstance) => (row.status === 'ready' ? ('green' as const) : null),
  },
  {
    title: 'issues',
    cell: (row: PrintedInstance) => row.linked_issues?.map((n) => `#${n}`).join(' ') ?? null,
  },
  { title: 'files', cell: (row: PrintedInstance) => row.source_files?.length ?? null },
  { title: 'oracle', cell: (row: PrintedInstance) => row.oracle_reward },
  { title: 'candidates', cell: (row: PrintedInstance) => row.candidates },
];

const byPull = { sort: 'pull', direction: 'asc' } as const;

async function run(context: CommandContext): Promise<ExitStatus> {
  const query = {
    ...byPull,
    filters: {
      repository: textFlag(context, 'repo'),
      status: choiceFlag(context, 'status', instanceStatuses),
    },
    limit: numberFlag(context, 'limit', 1, 1_000_000),
  };
  const rows = (await withDatabase(({ db }) => listInstances(db, null, query))).map(printed);
  await printRows(context, columns, rows);
  return 0;
}

export const instanceList: Command = {
  name: 'instance list',
  summary: 'List instances.',
  usage: '[--repo OWNER/NAME] [--status STATUS] [--limit N] [--json]',
  options: {
    repo: { type: 'string', value: 'OWNER/NAME', about: 'Only this repository.' },
    status: { type: 'string', value: 'STATUS', about: `One of ${instanceStatuses.join(', ')}.` },
    limit: { type: 'string', value: 'N', about: 'Rows at most.', default: '100' },
    ...jsonOption,
  },
  arity: [0, 0],
  run,
};
