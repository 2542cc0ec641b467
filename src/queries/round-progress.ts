import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/tables.ts';
import type { AttemptState, RoundState } from '../domain/round.ts';

export interface AttemptRow {
  readonly attempt: number;
  /** The scheduler's own id of the job. */
  readonly native_id: string | null;
  readonly state: AttemptState;
  readonly exit_code: number | null;
  readonly reason: string | null;
  readonly submitted_at: Date;
  readonly ended_at: Date | null;
}

/** Attempts of a round, first one first. */
export async function listAttempts(db: Kysely<Database>, round_id: string): Promise<AttemptRow[]> {
  return db
    .selectFrom('round_attempt')
    .select(['attempt', 'native_id', 'state', 'exit_code', 'reason', 'submitted_at', 'ended_at'])
    .where('round_id', '=', round_id)
    .orderBy('attempt')
    .execute();
}

export interface PhaseEvent {
  readonly attempt: number;
  /** Null: the driver ended. */
  readonly name: string | null;
  readonly at: Date;
}

const maxPhases = 200;

/** The beginnings of phases and the ends of attempts, in order. */
export async function listPhases(db: Kysely<Database>, round_id: string): Promise<PhaseEvent[]> {
  return db
    .selectFrom('round_event')
    .select(['attempt', 'at', sql<string | null>`body->>'name'`.as('name')])
    .where('round_id', '=', round_id)
    .where('type', 'in', ['phase', 'end'])
    .orderBy('attempt')
    .orderBy('seq')
    .limit(maxPhases)
    .execute();
}

export interface WarningCount {
  readonly code: string;
  readonly count: number;
}

const maxWarnings = 20;

/** Most frequent first. */
export async function countWarnings(db: Kysely<Database>, round_id: string): Promise<WarningCount[]> {
  const { rows } = await sql<WarningCount>`
    select body->>'code' as code, count(*) as count from round_event
    where round_id = ${round_id} and type = 'warning' and body->>'code' is not null
    group by 1 order by 2 desc, 1 limit ${maxWarnings}`.execute(db);
  return rows;
}

export interface SampleRow {
  readonly step: number | null;
  readonly row_id: string | null;
  readonly text: string | null;
  readonly reward: number | null;
  /** Name of the hack that the reward recognised. */
  readonly hack: string | null;
}

const maxSamples = 20;

/** A field of an event's body that may be anything: a number, or null. */
const numberIn = (field: 'step' | 'reward') =>
  sql<
    number | null
  >`case when jsonb_typeof(body->${field}::text) = 'number' then (body->>${field}::text)::float8 end`;

/** The 20 newest answers that the driver reported, newest first. */
export async function latestSamples(db: Kysely<Database>, round_id: string): Promise<SampleRow[]> {
  return db
    .selectFrom('round_event')
    .select([
      sql<string | null>`body->>'row_id'`.as('row_id'),
      sql<string | null>`body->>'text'`.as('text'),
      sql<string | null>`body->>'hack'`.as('hack'),
      numberIn('step').as('step'),
      numberIn('reward').as('reward'),
    ])
    .where('round_id', '=', round_id)
    .where('type', '=', 'sample')
    .orderBy('attempt', 'desc')
    .orderBy('seq', 'desc')
    .limit(maxSamples)
    .execute();
}

/** Position of an event among the events of its round. */
export interface EventPosition {
  readonly attempt: number;
  readonly seq: number;
}

export interface RoundEvent extends EventPosition {
  readonly type: string;
  readonly at: Date;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Events behind a position, in order, by the primary key. */
export async function eventsAfter(
  db: Kysely<Database>,
  round_id: string,
  { attempt, seq }: EventPosition,
  limit: number,
): Promise<RoundEvent[]> {
  return db
    .selectFrom('round_event')
    .select(['attempt', 'seq', 'type', 'at', 'body'])
    .where('round_id', '=', round_id)
    .where(sql<boolean>`(attempt, seq) > (${attempt}::int, ${seq}::int)`)
    .orderBy('attempt')
    .orderBy('seq')
    .limit(limit)
    .execute();
}

/** Position of the latest event; before the first one where there is none. */
export async function latestPosition(db: Kysely<Database>, round_id: string): Promise<EventPosition> {
  const row = await db
    .selectFrom('round_event')
    .select(['attempt', 'seq'])
    .where('round_id', '=', round_id)
    .orderBy('attempt', 'desc')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? { attempt: 0, seq: 0 };
}

export interface RoundPulse {
  readonly state: RoundState;
  readonly reason: string | null;
  readonly cancelling: boolean;
}

/** What a stream asks every second. */
export async function findPulse(db: Kysely<Database>, round_id: string): Promise<RoundPulse | undefined> {
  return db
    .selectFrom('round')
    .select(['state', 'reason', sql<boolean>`cancel_asked_at is not null`.as('cancelling')])
    .where('round_id', '=', round_id)
    .executeTakeFirst();
}
