import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../db/tables.ts';

/**
 * The steps of rounds that count, as rows `round_id, step, value`. Steps of a warm-up don't count. Where a later attempt
 * continued from an earlier step, the steps that the earlier attempt had made beyond it don't count either. `value` is an
 * expression over `body`; it should be small where there are many steps, because the rows are sorted with it. The window
 * frame only grows: one that shrinks would take quadratic time.
 */
function countedSteps(rounds: RawBuilder<unknown>, value: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select round_id, step, value from (
      select round_id, step, value, min(step) over (
        partition by round_id order by attempt desc, seq desc rows between unbounded preceding and 1 preceding) as later
      from (
        select round_id, attempt, seq, type, ${value} as value,
          case when jsonb_typeof(body->'step') = 'number' then (body->>'step')::float8 end as step,
          bool_or(type = 'phase' and body->>'name' = 'train')
            over (partition by round_id, attempt order by seq) as trains
        from round_event where type in ('phase', 'step') and round_id in (${rounds})
      ) events where type = 'step' and trains and step is not null
    ) counted where later is null or step < later`;
}

export interface StepRow {
  readonly step: number;
  readonly metrics: Readonly<Record<string, unknown>> | null;
}

const maxSteps = 20_000;

/** The steps of one round with their metrics, in order. */
export async function listSteps(db: Kysely<Database>, round_id: string): Promise<StepRow[]> {
  const { rows } = await sql<StepRow>`
    select step, value as metrics from (${countedSteps(sql`${round_id}`, sql`body->'metrics'`)}) steps
    order by step limit ${maxSteps}`.execute(db);
  return rows;
}

const curvePoints = 60;
const reward = sql`case when jsonb_typeof(body->'metrics'->'reward_mean') = 'number'
  then (body->'metrics'->>'reward_mean')::float8 end`;

/** Mean reward over the steps of each round, as at most 60 points of about equally many steps. */
export async function rewardCurves(
  db: Kysely<Database>,
  rounds: readonly string[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  if (rounds.length === 0) return new Map();
  const { rows } = await sql<{ round_id: string; rewards: number[] }>`
    select round_id, array_agg(reward order by part) as rewards from (
      select round_id, part, avg(reward) as reward from (
        select round_id, value as reward, ntile(${curvePoints}) over (partition by round_id order by step) as part
        from (${countedSteps(sql`select unnest(${rounds}::text[])`, reward)}) steps where value is not null
      ) parted group by round_id, part
    ) means group by round_id`.execute(db);
  return new Map(rows.map(({ round_id, rewards }) => [round_id, rewards]));
}
