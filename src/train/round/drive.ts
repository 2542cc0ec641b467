import { setTimeout as sleep } from 'node:timers/promises';
import type { RoundState } from '../../domain/round.ts';
import { advanceRound } from './advance.ts';
import type { RoundDeps } from './deps.ts';
import { readRound } from './state/read-round.ts';

/** While a worker is at the same round. */
const busySeconds = 1;

/**
 * Goes on with a round in this process until it has ended, beside any worker that does the same. An abort ends the driving and
 * nothing else: the round goes on where a worker runs, or with the next call.
 */
export async function driveRound(
  deps: RoundDeps,
  round_id: string,
  signal: AbortSignal,
  onTurn: () => Promise<void> = async () => undefined,
): Promise<RoundState> {
  for (;;) {
    const step = await advanceRound(deps, round_id);
    await onTurn();
    if (step?.againSeconds === null || signal.aborted) break;
    const seconds = Math.min(step?.againSeconds ?? busySeconds, deps.watchSeconds);
    await sleep(seconds * 1000, undefined, { signal }).catch(() => undefined);
  }
  return (await readRound(deps.db, round_id)).state;
}
