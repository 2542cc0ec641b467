import type { Kysely } from 'kysely';
import type { Database } from '../../db/tables.ts';
import type { EngineName, GateDecision, RoundCause, RoundState } from '../../domain/round.ts';

export interface ListedRound {
  readonly round_id: string;
  readonly state: RoundState;
  readonly reason: string | null;
  readonly cause: RoundCause;
  readonly night: string | null;
  readonly cluster: string;
  readonly engine: EngineName;
  readonly formula: string;
  readonly step: number | null;
  readonly total_steps: number | null;
  readonly reward_mean: number | null;
  readonly decision: GateDecision | null;
  readonly created_at: string;
}

/** Latest first. */
export async function listRounds(db: Kysely<Database>, limit: number): Promise<ListedRound[]> {
  const rows = await db
    .selectFrom('round')
    .select(['round_id', 'state', 'reason', 'cause', 'cluster', 'engine', 'formula', 'step', 'total_steps'])
    .select(['metrics', 'gate', 'created_at', 'night'])
    .orderBy('created_at', 'desc')
    .orderBy('round_id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ metrics, gate, created_at, ...row }) => ({
    ...row,
    reward_mean: metrics['reward_mean'] ?? null,
    decision: (gate?.['decision'] as GateDecision | undefined) ?? null,
    created_at: created_at.toISOString(),
  }));
}
