import path from 'node:path';
import { trainingFolders } from '../../config/training-folders.ts';
import type { ShownRound } from '../../queries/rounds.ts';
import { type JsonContext } from '../frame/command.ts';
import type { CommandDatabase } from '../frame/database.ts';

function factsOf(round: ShownRound): readonly (readonly [string, string | number | null])[] {
  const { gate, reason, message } = round;
  const why = [reason, message].filter((text) => text !== null).join(': ');
  return [
    ['state', why === '' ? round.state : `${round.state} (${why})`],
    ['cause', round.night === null ? round.cause : `${round.cause} of ${round.night}`],
    ['cluster', round.cluster],
    ['engine', round.engine],
    ['formula', round.formula],
    ['snapshot', round.snapshot_id],
    ['steps', round.total_steps === null ? null : `${round.step ?? 0} of ${round.total_steps}`],
    ['reward', round.metrics['reward_mean'] ?? null],
    ['gate', gate === null ? null : String(gate['decision'])],
    ['checkpoint', round.checkpoint_id],
  ];
}

const attemptColumns = [
  { title: 'attempt', cell: (row: ShownRound['attempts'][number]) => row.attempt },
  { title: 'state', cell: (row: ShownRound['attempts'][number]) => row.state },
  { title: 'exit', cell: (row: ShownRound['attempts'][number]) => row.exit_code },
  { title: 'reason', cell: (row: ShownRound['attempts'][number]) => row.reason },
  { title: 'job', cell: (row: ShownRound['attempts'][number]) => row.native_id },
];

/** A round as `--json` prints it. */
function printed(shown: ShownRound) {
  const { deadline: _deadline, cancel_asked_at: _asked, gate, checkpoint_id, ...rest } = shown;
  const { attempts, history, created_at, updated_at, ...round } = rest;
  return {
    ...round,
    gate: gate === null ? null : { decision: gate['decision'], reasons: gate['reasons'] },
    checkpoint_id,
    attempts: attempts.map(({ attempt, state, exit_code, reason, native_id }) => ({
      attempt,
      state,
      exit_code,
      reason,
      native_id,
    })),
    history: history.map(({ at, to_status, event, reason }) => ({ at, to: to_status, event, reason })),
    created_at,
    updated_at,
  };
}

/** A round for people, or as JSON together with its folder on this machine. */
export async function printRound(
  context: JsonContext,
  { config }: CommandDatabase,
  round: ShownRound,
): Promise<void> {
  if (context.flags.json) {
    const dir = path.join(trainingFolders(config).rounds, round.round_id);
    await context.out.json({ dir, ...printed(round) });
    return;
  }
  await context.out.line(round.round_id);
  for (const [name, value] of factsOf(round)) {
    if (value !== null) await context.out.line(`  ${name.padEnd(11)}${value}`);
  }
  if (round.attempts.length > 0) await context.out.table(attemptColumns, round.attempts);
}
