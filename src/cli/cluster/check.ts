import { readConfig } from '../../config/config.ts';
import {
  type Command,
  type CommandContext,
  type ExitStatus,
  isSet,
  jsonOption,
  numberFlag,
} from '../frame/command.ts';
import type { ClusterFinding } from './services.ts';

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

async function run(context: CommandContext): Promise<ExitStatus> {
  const seconds = numberFlag(context, 'seconds', 1, 86_400);
  const config = readConfig();
  const clusters = await context.services.clusters(config);
  const checks = await clusters.check(context.args[0] ?? config.rounds.cluster, {
    seconds,
    onProgress: context.out.progress,
  });
  const usable = checks.every(({ state }) => state !== 'fail');
  if (isSet(context, 'json')) await context.out.json({ usable, checks });
  else await context.out.table(columns, checks);
  return usable ? 0 : 1;
}

export const clusterCheck: Command = {
  name: 'cluster check',
  summary: 'Run a small job on a cluster, and say whether a round could run there.',
  usage: '[NAME] [--seconds N] [--json]',
  options: {
    seconds: { type: 'string', value: 'N', about: 'How long the job may wait and run.', default: '300' },
    ...jsonOption,
  },
  arity: [0, 1],
  run,
};
