import { type ShownRound, showRound } from '../../queries/rounds.ts';
import { driveRound } from '../../train/round/drive.ts';
import { type CommandBase, type ExitStatus } from '../frame/command.ts';
import type { CommandRounds } from '../frame/rounds.ts';
import { abortOnStop } from '../frame/stopping.ts';

function progressOf({ state, phase, step, total_steps, metrics }: ShownRound): string {
  if (state !== 'running') return state;
  const at = phase === 'train' ? `train ${step}/${total_steps}` : (phase ?? 'waiting');
  const reward = metrics['reward_mean'];
  return typeof reward === 'number' && phase === 'train' ? `${at}, reward ${reward.toFixed(3)}` : at;
}

/**
 * Drives a round until it has ended, and reports changes. A request to stop ends this process only: the round continues
 * where a worker runs, or when it is followed again.
 */
export async function followRound(
  context: CommandBase,
  { rounds }: CommandRounds,
  round_id: string,
): Promise<ShownRound> {
  let told = '';
  await driveRound(rounds, round_id, abortOnStop(), async () => {
    const progress = progressOf(await showRound(rounds.db, round_id));
    if (progress !== told) context.out.note(`${round_id}: ${progress}`);
    told = progress;
  });
  return showRound(rounds.db, round_id);
}

/** A round whose candidate the gate refused has worked: status 0. */
export function statusOf({ state }: ShownRound): ExitStatus {
  return state === 'promoted' || state === 'discarded' ? 0 : 1;
}
