import type { Kysely } from 'kysely';
import type { Database } from '../../src/db/tables.ts';
import { MendloopError } from '../../src/domain/errors.ts';
import { hasRoundEnded, type RoundState } from '../../src/domain/round.ts';
import { pause } from '../../src/time/poll-until.ts';
import { readRound } from '../../src/train/round/state/read-round.ts';
import { eventLine } from './event-line.ts';
import { eventsAfter, type RoundEvent } from './events.ts';

export interface FollowOptions {
  readonly db: Kysely<Database>;
  readonly round_id: string;
  readonly progress: (message: string) => void;
  readonly signal: AbortSignal;
  /** Asks the product to end the round. */
  readonly cancel: () => Promise<unknown>;
}

const lookEveryMs = 1000;
/** A step of the largest profile on a machine that others use took less than three minutes. */
const patienceMs = 15 * 60_000;

/** Tells what the round's worker stores, until it has ended; a round whose follower is asked to stop is cancelled first. */
export async function followRound(options: FollowOptions): Promise<RoundState> {
  const { db, round_id, progress, signal, cancel } = options;
  let last: RoundEvent | null = null;
  let told: RoundState | null = null;
  let heardAt = Date.now();
  let isCancelled = false;
  for (;;) {
    const { state } = await readRound(db, round_id);
    if (state !== told) progress(`${round_id}: ${state}`);
    const events = await eventsAfter(db, round_id, last);
    for (const event of events) {
      const line = eventLine(event);
      if (line !== null) progress(`  ${line}`);
    }
    if (state !== told || events.length > 0) heardAt = Date.now();
    [told, last] = [state, events.at(-1) ?? last];
    if (hasRoundEnded(state)) return state;
    if (Date.now() - heardAt > patienceMs)
      throw new MendloopError('cancelled', `nothing was heard of round ${round_id} any more`);
    if (signal.aborted && !isCancelled) {
      progress(`cancelling ${round_id}; the step at work is its last`);
      isCancelled = true;
      await cancel();
    }
    await pause(lookEveryMs, isCancelled ? undefined : signal);
  }
}
