import { instanceStatuses } from '../../domain/instance.ts';
import { type InstanceRow, listInstances } from '../../queries/instances.ts';
import { type CommandContext, defineCommand, type ExitStatus, jsonOption } from '../frame/command.ts';
import { withDatabase } from '../frame/database.ts';
import { text, whole, choice } from '../frame/options.ts';
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

const options = {
  repo: text('OWNER/NAME', 'Only this repository.'),
  status: choice('STATUS', `One of ${instanceStatuses.join(', ')}.`, instanceStatuses),
  limit: whole('N', 'Rows at most.', { min: 1, max: 1_000_000, standard: 100 }),
  ...jsonOption,
} as const;

async function run(context: CommandContext<typeof options>): Promise<ExitStatus> {
  const query = {
    ...byPull,
    filters: {
      repository: context.flags.repo,
      status: context.flags.status,
    },
    limit: context.flags.limit,
  };
  const rows = (await withDatabase(({ db }) => listInstances(db, null, query))).map(printed);
  await printRows(context, columns, rows);
  return 0;
}

export const instanceList = defineCommand({
  name: 'instance list',
  summary: 'List instances.',
  options,
  run,
});
