import { type ListedRound, listRounds } from '../train/round/list.ts';
import {
  type Command,
  type CommandContext,
  type ExitStatus,
  jsonOption,
  numberFlag,
} from './frame/command.ts';
import { withDatabase } from './frame/database.ts';
import { printRows } from './frame/print-rows.ts';

const columns = [
  { title: 'round', cell: (row: ListedRound) => row.round_id },
  { title: 'state', cell: (row: ListedRound) => row.state },
  { title: 'reason', cell: (row: ListedRound) => row.reason },
  { title: 'cause', cell: (row: ListedRound) => row.cause },
  { title: 'cluster', cell: (row: ListedRound) => row.cluster },
  { title: 'engine', cell: (row: ListedRound) => row.engine },
  { title: 'step', cell: (row: ListedRound) => row.step },
  { title: 'of', cell: (row: ListedRound) => row.total_steps },
  { title: 'reward', cell: (row: ListedRound) => row.reward_mean },
  { title: 'gate', cell: (row: ListedRound) => row.decision },
  { title: 'created', cell: (row: ListedRound) => row.created_at },
];

async function run(context: CommandContext): Promise<ExitStatus> {
  const limit = numberFlag(context, 'limit', 1, 100_000);
  const rows = await withDatabase(({ db }) => listRounds(db, limit));
  await printRows(context, columns, rows);
  return 0;
}

export const roundList: Command = {
  name: 'round list',
  summary: 'List rounds, latest first.',
  usage: '[--limit N] [--json]',
  options: {
    limit: { type: 'string', value: 'N', about: 'Rows at most.', default: '50' },
    ...jsonOption,
  },
  arity: [0, 0],
  run,
};
