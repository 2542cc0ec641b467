import type { Transaction, UpdateObject } from 'kysely';
import { sql } from 'kysely';
import { moveStatus } from '../../../db/status.ts';
import type { Database } from '../../../db/tables.ts';
import { MendloopError } from '../../../domain/errors.ts';
import { mayRoundMove, type RoundState } from '../../../domain/round.ts';

export interface Move {
  readonly round_id: string;
  readonly from: RoundState;
  readonly to: RoundState;
  readonly event: string;
  /** A code; stored with the round and in its history. */
  readonly reason?: string | null;
  /** For people: no content of a repository. */
  readonly message?: string | null;
}

type RoundChange = Omit<UpdateObject<Database, 'round'>, 'state' | 'reason' | 'message' | 'updated_at'>;

/**
 * Changes the state where it still is `from`, together with its history; false where somebody else was first. Throws for a
 * move that the state machine does not have.
 */
export async function moveRound(
  trx: Transaction<Database>,
  { round_id, from, to, event, reason = null, message = null }: Move,
  change: RoundChange = {},
): Promise<boolean> {
  if (!mayRoundMove(from, to))
    throw new MendloopError('round_invalid', `a round does not go from ${from} to ${to}`);
  const changed = { ...change, message, updated_at: sql<Date>`now()` };
  return moveStatus(trx, 'round', { id: round_id, from, to, event, reason }, changed);
}

/** What one turn of a round led to. */
export interface Turn {
  readonly state: RoundState;
  /** Seconds until the next turn; null when the round has ended. */
  readonly againSeconds: number | null;
}

export function turnTo(state: RoundState, againSeconds: number | null = 0): Turn {
  return { state, againSeconds };
}
