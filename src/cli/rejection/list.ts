import { rejectionReasons, rejectionText } from '../../domain/rejection.ts';
import { listRejections, type RejectionRow } from '../../queries/rejections.ts';
import { type CommandContext, defineCommand, type ExitStatus, jsonOption } from '../frame/command.ts';
import { withDatabase } from '../frame/database.ts';
import { text, whole, choice } from '../frame/options.ts';
import { printRows } from '../frame/print-rows.ts';

/** A row as `--json` prints it. */
function printed({ repository, pull_number, reason, detail }: RejectionRow) {
  return { repo: repository, pull: pull_number, reason, detail, why: rejectionText[reason] };
}

type PrintedRejection = ReturnType<typeof printed>;

const columns = [
  { title: 'repository', cell: (row: PrintedRejection) => row.repo },
  { title: 'pull', cell: (row: PrintedRejection) => row.pull },
  { title: 'reason', cell: (row: PrintedRejection) => row.reason },
  { title: 'why', cell: (row: PrintedRejection) => row.why },
];

const byPull = { sort: 'pull', direction: 'asc' } as const;

const options = {
  repo: text('OWNER/NAME', 'Only this repository.'),
  reason: choice('REASON', 'Only this reason.', rejectionReasons),
  limit: whole('N', 'Rows at most.', { min: 1, max: 1_000_000, standard: 100 }),
  ...jsonOption,
} as const;

async function run(context: CommandContext<typeof options>): Promise<ExitStatus> {
  const query = {
    ...byPull,
    filters: {
      repository: context.flags.repo,
      reason: context.flags.reason,
    },
    limit: context.flags.limit,
  };
  const rows = (await withDatabase(({ db }) => listRejections(db, null, query))).map(printed);
  await printRows(context, columns, rows);
  return 0;
}

export const rejectionList = defineCommand({
  name: 'rejection list',
  summary: 'List the pull requests that did not become instances, and why.',
  options,
  run,
});
