import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/tables.ts';
import type { EngineName, GateDecision, RoundCause, RoundState } from '../domain/round.ts';
import type { ListQuery } from './list.ts';
import { type Scope, snapshotWithin } from './scope.ts';
import { trainSteps } from './train-steps.ts';

export type RoundSort = 'created_at' | 'round_id' | 'state' | 'reward';
export const roundFilters = ['state', 'cause', 'engine', 'cluster'] as const;
export type RoundFilter = (typeof roundFilters)[number];

export interface RoundRow {
  readonly round_id: string;
  readonly cause: RoundCause;
  readonly night: string | null;
  readonly state: RoundState;
  readonly reason: string | null;
  readonly cluster: string;
  readonly engine: EngineName;
  readonly formula: string;
  readonly step: number | null;
  readonly total_steps: number | null;
  /** Mean reward of the last step. */
  readonly reward: number | null;
  readonly decision: GateDecision | null;
  readonly created_at: Date;
}

const columns = {
  created_at: sql`r.created_at`,
  round_id: sql`r.round_id`,
  state: sql`r.state`,
  reward: sql`reward`,
} as const;

export async function listRounds(
  db: Kysely<Database>,
  scope: Scope,
  query: ListQuery<RoundSort, RoundFilter>,
): Promise<RoundRow[]> {
  const filters = roundFilters.map((name) => {
    const value = query.filters[name];
    return value === undefined ? sql`true` : sql`${sql.ref(`r.${name}`)} = ${value}`;
  });
  const { rows } = await sql<RoundRow>`
    select r.round_id, r.cause, r.night, r.state, r.reason, r.cluster, r.engine, r.formula, r.step,
      r.total_steps, (r.metrics->>'reward_mean')::float8 as reward, r.gate->>'decision' as decision, r.created_at
    from round r
    where ${snapshotWithin(scope, 'r.snapshot_id')} and ${sql.join(filters, sql` and `)}
    order by ${columns[query.sort]} ${sql.raw(query.direction)} nulls last, r.created_at desc, r.round_id
    limit ${query.limit} offset ${query.offset ?? 0}`.execute(db);
  return rows;
}

const sparkPoints = 60;
const reward = sql`case when jsonb_typeof(body->'metrics'->'reward_mean') = 'number'
  then (body->'metrics'->>'reward_mean')::float8 end`;

/** Mean rewards over the steps of rounds, each in at most 60 parts of about as many steps. */
export async function rewardCurves(
  db: Kysely<Database>,
  rounds: readonly string[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  if (rounds.length === 0) return new Map();
  const { rows } = await sql<{ round_id: string; rewards: number[] }>`
    select round_id, array_agg(reward order by part) as rewards from (
      select round_id, part, avg(reward) as reward from (
        select round_id, told as reward, ntile(${sparkPoints}) over (partition by round_id order by step) as part
        from (${trainSteps(sql`select unnest(${rounds}::text[])`, reward)}) steps where told is not null
      ) parted group by round_id, part
    ) means group by round_id`.execute(db);
  return new Map(rows.map(({ round_id, rewards }) => [round_id, rewards]));
}

const maxClusters = 50;

/** Names for a filter. */
export async function roundClusters(db: Kysely<Database>, scope: Scope): Promise<string[]> {
  const { rows } = await sql<{ cluster: string }>`
    select distinct cluster from round r where ${snapshotWithin(scope, 'r.snapshot_id')}
    order by 1 limit ${maxClusters}`.execute(db);
  return rows.map(({ cluster }) => cluster);
}
