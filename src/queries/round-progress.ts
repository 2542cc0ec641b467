import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/tables.ts';
import type { AttemptState } from '../domain/round.ts';
import { trainSteps } from './train-steps.ts';

export interface AttemptRow {
  readonly attempt: number;
  readonly native_id: string | null;
  readonly state: AttemptState;
  readonly exit_code: number | null;
  readonly reason: string | null;
  readonly submitted_at: Date;
  readonly ended_at: Date | null;
}

export async function attemptsOf(db: Kysely<Database>, round_id: string): Promise<AttemptRow[]> {
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

/** In the order in which they came. */
export async function phasesOf(db: Kysely<Database>, round_id: string): Promise<PhaseEvent[]> {
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

export interface StepRow {
  readonly step: number;
  readonly metrics: Readonly<Record<string, unknown>> | null;
}

const maxSteps = 20_000;

export async function stepsOf(db: Kysely<Database>, round_id: string): Promise<StepRow[]> {
  const { rows } = await sql<StepRow>`
    select step, told as metrics from (${trainSteps(sql`${round_id}`, sql`body->'metrics'`)}) steps
    order by step limit ${maxSteps}`.execute(db);
  return rows;
}

export interface WarningCount {
  readonly code: string;
  readonly count: number;
}

const maxWarnings = 20;

export async function warningsOf(db: Kysely<Database>, round_id: string): Promise<WarningCount[]> {
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
  readonly hack: string | null;
}

const maxSamples = 20;

/** Newest first. */
export async function samplesOf(db: Kysely<Database>, round_id: string): Promise<SampleRow[]> {
  const { rows } = await sql<SampleRow>`
    select body->>'row_id' as row_id, body->>'text' as text, body->>'hack' as hack,
      case when jsonb_typeof(body->'step') = 'number' then (body->>'step')::float8 end as step,
      case when jsonb_typeof(body->'reward') = 'number' then (body->>'reward')::float8 end as reward
    from round_event where round_id = ${round_id} and type = 'sample'
    order by attempt desc, seq desc limit ${maxSamples}`.execute(db);
  return rows;
}
