import { listRounds, type RoundRow } from '../../queries/rounds.ts';
import { type CommandContext, defineCommand, type ExitStatus, jsonOption } from '../frame/command.ts';
import { withDatabase } from '../frame/database.ts';
import { whole } from '../frame/options.ts';
import { printRows } from '../frame/print-rows.ts';

/** A row as `--json` prints it. */
function printed({ reward, decision, created_at, ...row }: RoundRow) {
  return {
    round_id: row.round_id,
    state: row.state,
    reason: row.reason,
    cause: row.cause,
    cluster: row.cluster,
    engine: row.engine,
    formula: row.formula,
    step: row.step,
    total_steps: row.total_steps,
    night: row.night,
    reward_mean: reward,
    decision,
    created_at: created_at.toISOString(),
  };
}

type PrintedRound = ReturnType<typeof printed>;

const columns = [
  { title: 'round', cell: (row: PrintedRound) => row.round_id },
  { title: 'state', cell: (row: PrintedRound) => row.state },
  { title: 'reason', cell: (row: PrintedRound) => row.reason },
  { title: 'cause', cell: (row: PrintedRound) => row.cause },
  { title: 'cluster', cell: (row: PrintedRound) => row.cluster },
  { title: 'engine', cell: (row: PrintedRound) => row.engine },
  { title: 'step', cell: (row: PrintedRound) => row.step },
  { title: 'of', cell: (row: PrintedRound) => row.total_steps },
  { title: 'reward', cell: (row: PrintedRound) => row.reward_mean },
  { title: 'gate', cell: (row: PrintedRound) => row.decision },
  { title: 'created', cell: (row: PrintedRound) => row.created_at },
];

const options = {
  limit: whole('N', 'Rows at most.', { min: 1, max: 100_000, standard: 50 }),
  ...jsonOption,
} as const;

async function run(context: CommandContext<typeof options>): Promise<ExitStatus> {
  const { limit } = context.flags;
  const query = { sort: 'created_at', direction: 'desc', filters: {}, limit } as const;
  const rows = (await withDatabase(({ db }) => listRounds(db, null, query))).map(printed);
  await printRows(context, columns, rows);
  return 0;
}

export const roundList = defineCommand({
  name: 'round list',
  summary: 'List rounds, latest first.',
  options,
  run,
});
