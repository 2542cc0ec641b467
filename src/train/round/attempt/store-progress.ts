import { type Kysely, sql } from 'kysely';
import type { Database } from '../../../db/tables.ts';
import { holdReadySnapshot } from '../../snapshot/lock.ts';
import { bodyOf, type DriverEvent } from '../files/attempt-files.ts';
import type { Attempt } from '../state/attempts.ts';
import type { Round } from '../state/read-round.ts';

export interface Progress {
  readonly phase: string | null;
  readonly step: number | null;
  readonly metrics: Readonly<Record<string, number | null>>;
}

function metricsOf(event: DriverEvent): Record<string, number | null> {
  const entries = Object.entries(Object(event['metrics']) as Record<string, unknown>);
  const figures = entries.filter(([, value]) => value === null || typeof value === 'number');
  return Object.fromEntries(figures) as Record<string, number | null>;
}

/** Steps of the warm-up are steps too, and no steps of the round. */
export function progressAfter(before: Progress, events: readonly DriverEvent[]): Progress {
  let { phase, step, metrics } = before;
  for (const event of events) {
    if (event.type === 'phase' && typeof event['name'] === 'string') phase = event['name'];
    if (event.type !== 'step' || phase !== 'train') continue;
    metrics = metricsOf(event);
    if (typeof event['step'] === 'number') step = event['step'];
  }
  return { phase, step, metrics };
}

async function lastSeq(db: Kysely<Database>, { round_id, attempt }: Attempt): Promise<number> {
  const { last } = await db
    .selectFrom('round_event')
    .select((of) => of.fn.max('seq').as('last'))
    .where('round_id', '=', round_id)
    .where('attempt', '=', attempt)
    .executeTakeFirstOrThrow();
  return last ?? 0;
}

/** Parameters of a statement are limited to 65,535. */
const eventsAtOnce = 5000;

/** Copies the events that are new, and what they say of the round; the same once more changes nothing. */
export async function storeProgress(
  db: Kysely<Database>,
  round: Round,
  attempt: Attempt,
  events: readonly DriverEvent[],
): Promise<void> {
  const { round_id } = round;
  const known = await lastSeq(db, attempt);
  const fresh = events.filter(({ seq }) => seq > known);
  const { phase, step, metrics } = progressAfter(round, fresh);
  await db.transaction().execute(async (trx) => {
    const kept = (await holdReadySnapshot(trx, round.snapshot_id))
      ? fresh
      : fresh.filter(({ type }) => type !== 'sample');
    for (let at = 0; at < kept.length; at += eventsAtOnce) {
      const values = kept.slice(at, at + eventsAtOnce).map((event) => ({
        round_id,
        attempt: attempt.attempt,
        seq: event.seq,
        type: event.type,
        at: event.ts,
        body: bodyOf(event),
      }));
      await trx
        .insertInto('round_event')
        .values(values)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
    await trx
      .updateTable('round')
      .set({ phase, step, metrics: JSON.stringify(metrics), updated_at: sql`now()` })
      .where('round_id', '=', round_id)
      .execute();
  });
}
