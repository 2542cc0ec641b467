import { MendloopError } from '../../domain/errors.ts';
import type { JobAdmin } from '../../jobs/admin.ts';
import { type CommandContext, defineCommand, type ExitStatus, jsonOption } from '../frame/command.ts';
import { withJobs } from '../frame/jobs.ts';
import { flag, usageError } from '../frame/options.ts';

/** Lists the dead jobs once, so that a job that dies again meanwhile is not requeued endlessly. */
const mostAtOnce = 1_000_000;

async function requeueAll(admin: JobAdmin): Promise<string[]> {
  const requeued: string[] = [];
  for (const { id } of await admin.dead(null, mostAtOnce)) {
    if (await admin.requeue(id)) requeued.push(id);
  }
  return requeued;
}

async function requeueOne(admin: JobAdmin, id: string): Promise<string[]> {
  if (await admin.requeue(id)) return [id];
  throw new MendloopError('not_found', `no dead job has the id ${id}`);
}

const options = { all: flag('Every job that is dead now.'), ...jsonOption } as const;

async function run(context: CommandContext<typeof options>): Promise<ExitStatus> {
  const [id] = context.args;
  if (context.flags.all === (id !== undefined)) throw usageError('give either the id of a job or --all');
  const requeued = await withJobs(context, (admin) =>
    id === undefined ? requeueAll(admin) : requeueOne(admin, id),
  );
  if (context.flags.json) await context.out.json({ requeued });
  else await context.out.line(`${requeued.length} requeued`);
  return 0;
}

export const jobsRequeue = defineCommand({
  name: 'jobs requeue',
  summary: 'Give dead jobs all their attempts again.',
  args: '[ID]',
  options,
  arity: [0, 1],
  run,
});
