import { type Kysely, sql } from 'kysely';
import type { Database } from '../../db/tables.ts';
import { dayAfter } from './zone-time.ts';

/** `infinity`: until somebody ends the pause. */
const openEnd = 'infinity';

/** Pauses nightly rounds alone: people still start rounds, and purges replace them. `until`: the first night with a round again; null: open. */
export async function pauseNights(db: Kysely<Database>, until: string | null): Promise<void> {
  const row = { until_night: until ?? openEnd, paused_at: new Date() };
  await db
    .insertInto('round_pause')
    .values(row)
    .onConflict((conflict) => conflict.column('one').doUpdateSet(row))
    .execute();
}

/** Nights after `lastNight`, the latest that has begun, have rounds again: those of the pause are not made up. */
export async function unpauseNights(db: Kysely<Database>, lastNight: string | null): Promise<void> {
  if (lastNight === null) {
    await db.deleteFrom('round_pause').execute();
    return;
  }
  const first = dayAfter(lastNight, 1);
  await db
    .updateTable('round_pause')
    .set({ until_night: sql<string>`least(until_night, ${first}::date)` })
    .execute();
}

/** Whether this night has no round, however late it is looked at. */
export async function isPaused(db: Kysely<Database>, night: string): Promise<boolean> {
  const found = await db
    .selectFrom('round_pause')
    .select('one')
    .where('until_night', '>', night)
    .executeTakeFirst();
  return found !== undefined;
}

export interface Pause {
  /** The first night with a round again; null: until somebody ends it. */
  readonly until: string | null;
}

/** The pause that is in force or to come after `today`; null: there is none. */
export async function readPause(db: Kysely<Database>, today: string): Promise<Pause | null> {
  const found = await db
    .selectFrom('round_pause')
    .select('until_night')
    .where('until_night', '>', today)
    .executeTakeFirst();
  if (found === undefined) return null;
  return { until: found.until_night === openEnd ? null : found.until_night };
}
