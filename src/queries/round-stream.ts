import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/tables.ts';
import type { RoundState } from '../domain/round.ts';

/** How far a stream has told the events of a round. */
export interface Cursor {
  readonly attempt: number;
  readonly seq: number;
}

export interface StreamedEvent extends Cursor {
  readonly type: string;
  readonly at: Date;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The primary key gives them in the order in which they came. */
export async function eventsAfter(
  db: Kysely<Database>,
  round_id: string,
  { attempt, seq }: Cursor,
  limit: number,
): Promise<StreamedEvent[]> {
  const { rows } = await sql<StreamedEvent>`
    select attempt, seq, type, at, body from round_event
    where round_id = ${round_id} and (attempt, seq) > (${attempt}::int, ${seq}::int)
    order by attempt, seq limit ${limit}`.execute(db);
  return rows;
}

/** Where the page stands that is drawn now. */
export async function lastEvent(db: Kysely<Database>, round_id: string): Promise<Cursor> {
  const found = await db
    .selectFrom('round_event')
    .select(['attempt', 'seq'])
    .where('round_id', '=', round_id)
    .orderBy('attempt', 'desc')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return found ?? { attempt: 0, seq: 0 };
}

export interface RoundPulse {
  readonly state: RoundState;
  readonly reason: string | null;
  readonly cancelling: boolean;
}

export async function pulseOf(db: Kysely<Database>, round_id: string): Promise<RoundPulse | undefined> {
  return db
    .selectFrom('round')
    .select(['state', 'reason', sql<boolean>`cancel_asked_at is not null`.as('cancelling')])
    .where('round_id', '=', round_id)
    .executeTakeFirst();
}
