import { readConfig } from '../../config/config.ts';
import type { ClusterFinding } from '../../domain/ports/cluster-finding.ts';
import { type CommandContext, defineCommand, type ExitStatus, jsonOption } from '../frame/command.ts';
import { whole } from '../frame/options.ts';

const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const;
const columns = [
  { title: 'check', cell: (row: ClusterFinding) => row.check },
  {
    title: 'state',
    cell: (row: ClusterFinding) => row.state,
    colour: (row: ClusterFinding) => colours[row.state],
  },
  { title: 'found', cell: (row: ClusterFinding) => row.message },
  { title: 'to do', cell: (row: ClusterFinding) => row.hint ?? '' },
];

const options = {
  seconds: whole('N', 'How long the job may wait and run.', { min: 1, max: 86_400, standard: 300 }),
  ...jsonOption,
} as const;

async function run(context: CommandContext<typeof options>): Promise<ExitStatus> {
  const { seconds } = context.flags;
  const config = readConfig();
  const clusters = (await context.services()).clusters(config);
  const checks = await clusters.check(context.args[0] ?? config.rounds.cluster, {
    seconds,
    onProgress: context.out.progress,
  });
  const usable = checks.every(({ state }) => state !== 'fail');
  if (context.flags.json) await context.out.json({ usable, checks });
  else await context.out.table(columns, checks);
  return usable ? 0 : 1;
}

export const clusterCheck = defineCommand({
  name: 'cluster check',
  summary: 'Run a small job on a cluster, and say whether a round could run there.',
  args: '[NAME]',
  options,
  arity: [0, 1],
  run,
});
