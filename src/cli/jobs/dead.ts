import type { JobRow } from '../../jobs/admin.ts';
import {
  type Command,
  type CommandContext,
  type ExitStatus,
  jsonOption,
  numberFlag,
} from '../frame/command.ts';
import { withJobs } from '../frame/jobs.ts';
import { printRows } from '../frame/print-rows.ts';

const columns = [
  { title: 'job', cell: (row: JobRow) => row.id },
  { title: 'kind', cell: (row: JobRow) => row.kind },
  { title: 'repository', cell: (row: JobRow) => row.repository_id },
  { title: 'number', cell: (row: JobRow) => row.number },
  { title: 'attempts', cell: (row: JobRow) => row.failed_attempts },
  { title: 'code', cell: (row: JobRow) => row.code },
  { title: 'message', cell: (row: JobRow) => row.message },
];

async function run(context: CommandContext): Promise<ExitStatus> {
  const limit = numberFlag(context, 'limit', 1, 100_000);
  const rows = await withJobs(context, (admin) => admin.dead(null, limit));
  await printRows(context, columns, rows);
  return 0;
}

export const jobsDead: Command = {
  name: 'jobs dead',
  summary: 'List the jobs that failed for good, latest first.',
  usage: '[--limit N] [--json]',
  options: {
    limit: { type: 'string', value: 'N', about: 'Rows at most.', default: '100' },
    ...jsonOption,
  },
  arity: [0, 0],
  run,
};
