import { rejectionReasons, rejectionText } from '../../domain/rejection.ts';
import { listRejections, type RejectionRow } from '../../queries/rejections.ts';
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

async function run(context: CommandContext): Promise<ExitStatus> {
  const query = {
    ...byPull,
    filters: {
      repository: textFlag(context, 'repo'),
      reason: choiceFlag(context, 'reason', rejectionReasons),
    },
    limit: numberFlag(context, 'limit', 1, 1_000_000),
  };
  const rows = (await withDatabase(({ db }) => listRejections(db, null, query))).map(printed);
  await printRows(context, columns, rows);
  return 0;
}

export const rejectionList: Command = {
  name: 'rejection list',
  summary: 'List the pull requests that did not become instances, and why.',
  usage: '[--repo OWNER/NAME] [--reason REASON] [--limit N] [--json]',
  options: {
    repo: { type: 'string', value: 'OWNER/NAME', about: 'Only this repository.' },
    reason: { type: 'string', value: 'REASON', about: 'Only this reason.' },
    limit: { type: 'string', value: 'N', about: 'Rows at most.', default: '100' },
    ...jsonOption,
  },
  arity: [0, 0],
  run,
};
