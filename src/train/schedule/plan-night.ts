import { type Kysely, sql } from 'kysely';
import type { Database } from '../../db/tables.ts';
import type { EngineName } from '../../domain/round.ts';
import type { JobQueue } from '../../jobs/queue.ts';
import { nightRoundId, planRound } from '../round/requests/plan.ts';
import { dueNight, type NightSchedule } from './due-night.ts';
import { isPaused } from './pause.ts';

export interface NightlyRounds extends NightSchedule {
  readonly cluster: string;
  readonly engine: EngineName;
  readonly formula: string;
  /** How long a round may train. */
  readonly hours: number;
}

async function lastNight(db: Kysely<Database>): Promise<string | null> {
  const { night } = await db
    .selectFrom('round')
    .select(sql<string | null>`max(night)::text`.as('night'))
    .where('cause', '=', 'night')
    .executeTakeFirstOrThrow();
  return night;
}

/** A seed of its own for each night, and always the same one. */
function seedOf(night: string): number {
  return Number(night.replaceAll('-', ''));
}

/**
 * Plans the round of the night that is due, once, however many schedulers ask: the night is unique in the table. Null where
 * none is due, nights are paused, or another scheduler was first.
 */
export async function planDueNight(
  { db, queue }: { readonly db: Kysely<Database>; readonly queue: JobQueue },
  now: Date,
  rounds: NightlyRounds,
): Promise<string | null> {
  const due = dueNight(now, await lastNight(db), rounds, rounds.hours);
  if (due === null) return null;
  const { cluster, engine, formula, hours } = rounds;
  const { night } = due;
  if (await isPaused(db, night)) return null;
  const round_id = nightRoundId(night);
  const request = { steps: null, rows: null, model: null, overrides: null, hours };
  const deadline = new Date(now.getTime() + hours * 3_600_000);
  const planned = await db.transaction().execute((trx) =>
    planRound(trx, queue, {
      round_id,
      cause: 'night',
      night,
      cluster,
      engine,
      formula,
      seed: seedOf(night),
      request,
      deadline,
    }),
  );
  return planned ? round_id : null;
}
