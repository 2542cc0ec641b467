import type { Kysely } from 'kysely';
import type { Database } from '../../db/tables.ts';
import type { RoundState } from '../../domain/round.ts';
import { attemptsOf } from './state/attempts.ts';
import { readRound } from './state/read-round.ts';

export interface ShownRound {
  readonly round_id: string;
  readonly state: RoundState;
  readonly reason: string | null;
  readonly message: string | null;
  readonly cause: string;
  readonly night: string | null;
  readonly cluster: string;
  readonly engine: string;
  readonly formula: string;
  readonly seed: number;
  readonly snapshot_id: string | null;
  readonly spec_sha256: string | null;
  readonly phase: string | null;
  readonly step: number | null;
  readonly total_steps: number | null;
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly gate: { readonly decision: unknown; readonly reasons: unknown } | null;
  readonly checkpoint_id: string | null;
  readonly attempts: readonly {
    readonly attempt: number;
    readonly state: string;
    readonly exit_code: number | null;
    readonly reason: string | null;
    readonly native_id: string | null;
  }[];
  readonly history: readonly {
    readonly at: string;
    readonly to: string;
    readonly event: string;
    readonly reason: string | null;
  }[];
  readonly created_at: string;
  readonly updated_at: string;
}

async function historyOf(db: Kysely<Database>, round_id: string): Promise<ShownRound['history']> {
  const rows = await db
    .selectFrom('transition')
    .select(['at', 'to_status', 'event', 'reason'])
    .where('entity', '=', 'round')
    .where('entity_id', '=', round_id)
    .orderBy('transition_id')
    .execute();
  return rows.map(({ at, to_status, event, reason }) => ({
    at: at.toISOString(),
    to: to_status,
    event,
    reason,
  }));
}

async function checkpointOf(db: Kysely<Database>, round_id: string): Promise<string | null> {
  const found = await db
    .selectFrom('checkpoint')
    .select('checkpoint_id')
    .where('round_id', '=', round_id)
    .executeTakeFirst();
  return found?.checkpoint_id ?? null;
}

/** A round with its attempts and its history, without the specification. Throws `not_found`. */
export async function showRound(db: Kysely<Database>, round_id: string): Promise<ShownRound> {
  const round = await readRound(db, round_id);
  const { request: _request, spec: _spec, not_before: _before, deadline: _deadline, ...shown } = round;
  const { cancel_asked_at: _asked, gate, created_at, updated_at, ...rest } = shown;
  const attempts = await attemptsOf(db, round_id);
  return {
    ...rest,
    gate: gate === null ? null : { decision: gate['decision'], reasons: gate['reasons'] },
    checkpoint_id: await checkpointOf(db, round_id),
    attempts: attempts.map(({ attempt, state, exit_code, reason, native_id }) => ({
      attempt,
      state,
      exit_code,
      reason,
      native_id,
    })),
    history: await historyOf(db, round_id),
    created_at: created_at.toISOString(),
    updated_at: updated_at.toISOString(),
  };
}
