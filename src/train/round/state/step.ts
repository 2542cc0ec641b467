import type { RoundState } from '../../../domain/round.ts';

/** What one turn of a round came to: its state now, and when to look again; null: never, it is over. */
export interface Step {
  readonly state: RoundState;
  readonly againSeconds: number | null;
}

export function stepTo(state: RoundState, againSeconds: number | null = 0): Step {
  return { state, againSeconds };
}
