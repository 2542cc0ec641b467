import type { JobRow } from '../../jobs/admin.ts';
import { type CommandContext, defineCommand, type ExitStatus, jsonOption } from '../frame/command.ts';
import { withJobs } from '../frame/jobs.ts';
import { whole } from '../frame/options.ts';
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

const options = {
  limit: whole('N', 'Rows at most.', { min: 1, max: 100_000, standard: 100 }),
  ...jsonOption,
} as const;

async function run(context: CommandContext<typeof options>): Promise<ExitStatus> {
  const { limit } = context.flags;
  const rows = await withJobs(context, (admin) => admin.dead(null, limit));
  await printRows(context, columns, rows);
  return 0;
}

export const jobsDead = defineCommand({
  name: 'jobs dead',
  summary: 'List the jobs that failed for good, latest first.',
  options,
  run,
});
