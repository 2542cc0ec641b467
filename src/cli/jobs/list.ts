import type { JobRow, QueueCounts } from '../../jobs/admin.ts';
import { type CommandContext, defineCommand, type ExitStatus, jsonOption } from '../frame/command.ts';
import { withJobs } from '../frame/jobs.ts';
import { whole } from '../frame/options.ts';

const queueColumns = [
  { title: 'queue', cell: (row: QueueCounts) => row.name },
  { title: 'waiting', cell: (row: QueueCounts) => row.waiting },
  { title: 'delayed', cell: (row: QueueCounts) => row.delayed },
  { title: 'running', cell: (row: QueueCounts) => row.running },
  { title: 'done', cell: (row: QueueCounts) => row.done },
  {
    title: 'dead',
    cell: (row: QueueCounts) => row.dead,
    colour: (row: QueueCounts) => (row.dead > 0 ? ('red' as const) : null),
  },
];

const jobColumns = [
  { title: 'job', cell: (row: JobRow) => row.id },
  { title: 'kind', cell: (row: JobRow) => row.kind },
  { title: 'repository', cell: (row: JobRow) => row.repository_id },
  { title: 'number', cell: (row: JobRow) => row.number },
  { title: 'failed', cell: (row: JobRow) => row.failed_attempts },
  { title: 'started', cell: (row: JobRow) => row.started_at?.toISOString() ?? null },
];

const options = {
  limit: whole('N', 'Running and waiting jobs at most, each.', { min: 1, max: 100_000, standard: 50 }),
  ...jsonOption,
} as const;

async function run(context: CommandContext<typeof options>): Promise<ExitStatus> {
  const {
    out,
    flags: { limit },
  } = context;
  const { queues, running, waiting } = await withJobs(context, async (admin) => ({
    queues: await admin.queues(null),
    running: await admin.running(null, limit),
    waiting: await admin.waiting(null, limit),
  }));
  if (context.flags.json) {
    await out.json({ queues, running, waiting });
    return 0;
  }
  await out.table(queueColumns, queues);
  const jobs = [...running, ...waiting];
  if (jobs.length === 0) return 0;
  await out.line('');
  await out.table(jobColumns, jobs);
  return 0;
}

export const jobsList = defineCommand({
  name: 'jobs list',
  summary: 'Show the queues, and the jobs that run or wait.',
  options,
  run,
});
