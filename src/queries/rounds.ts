import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/tables.ts';
import { MendloopError } from '../domain/errors.ts';
import type { EngineName, GateDecision, RoundCause, RoundState } from '../domain/round.ts';
import type { Scope } from '../domain/scope.ts';
import { checkpointOf } from './checkpoints.ts';
import { historyOf, type TransitionRow } from './history.ts';
import { equals, type ListQuery, ordered } from './list.ts';
import { type AttemptRow, listAttempts } from './round-progress.ts';
import { snapshotWithin } from './scope.ts';

export type RoundSort = 'created_at' | 'round_id' | 'state' | 'reward';
export const roundFilters = ['state', 'cause', 'engine', 'cluster'] as const;
export type RoundFilter = (typeof roundFilters)[number];

export interface RoundRow {
  readonly round_id: string;
  readonly cause: RoundCause;
  /** The date of a nightly round. */
  readonly night: string | null;
  readonly state: RoundState;
  readonly reason: string | null;
  readonly cluster: string;
  readonly engine: EngineName;
  readonly formula: string;
  readonly step: number | null;
  readonly total_steps: number | null;
  readonly created_at: Date;
  /** Mean reward of the latest step. */
  readonly reward: number | null;
  readonly decision: GateDecision | null;
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
  const { filters } = query;
  return db
    .selectFrom('round as r')
    .select(['r.round_id', 'r.cause', 'r.night', 'r.state', 'r.reason', 'r.cluster', 'r.engine'])
    .select(['r.formula', 'r.step', 'r.total_steps', 'r.created_at'])
    .select([
      sql<number | null>`(r.metrics->>'reward_mean')::float8`.as('reward'),
      sql<GateDecision | null>`r.gate->>'decision'`.as('decision'),
    ])
    .where(snapshotWithin(scope, 'r.snapshot_id'))
    .where((test) => test.and(roundFilters.map((name) => equals(`r.${name}`, filters[name]))))
    .orderBy(columns[query.sort], ordered(query.direction))
    .orderBy('r.created_at', 'desc')
    .orderBy('r.round_id', 'desc')
    .limit(query.limit)
    .offset(query.offset ?? 0)
    .execute();
}

const maxClusters = 50;

/** Names of the clusters that had a round, sorted. */
export async function roundClusters(db: Kysely<Database>, scope: Scope): Promise<string[]> {
  const rows = await db
    .selectFrom('round as r')
    .select('cluster')
    .distinct()
    .where(snapshotWithin(scope, 'r.snapshot_id'))
    .orderBy('cluster')
    .limit(maxClusters)
    .execute();
  return rows.map(({ cluster }) => cluster);
}

export interface RoundDetail {
  readonly round_id: string;
  readonly cause: RoundCause;
  readonly night: string | null;
  readonly state: RoundState;
  readonly reason: string | null;
  readonly message: string | null;
  readonly snapshot_id: string | null;
  readonly cluster: string;
  readonly engine: EngineName;
  readonly formula: string;
  readonly seed: number;
  readonly spec_sha256: string | null;
  readonly step: number | null;
  readonly total_steps: number | null;
  readonly phase: string | null;
  /** Of the latest step. */
  readonly metrics: Readonly<Record<string, number | null>>;
  /** The gate's verdict with its evidence; null before the evaluation. */
  readonly gate: Readonly<Record<string, unknown>> | null;
  readonly deadline: Date | null;
  readonly cancel_asked_at: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export async function findRound(db: Kysely<Database>, id: string): Promise<RoundDetail | undefined> {
  return db
    .selectFrom('round')
    .select(['round_id', 'cause', 'night', 'state', 'reason', 'message', 'snapshot_id', 'cluster', 'engine'])
    .select(['formula', 'seed', 'spec_sha256', 'step', 'total_steps', 'phase', 'metrics', 'gate'])
    .select(['deadline', 'cancel_asked_at', 'created_at', 'updated_at'])
    .where('round_id', '=', id)
    .executeTakeFirst();
}

export interface ShownRound extends RoundDetail {
  readonly checkpoint_id: string | null;
  readonly attempts: readonly AttemptRow[];
  readonly history: readonly TransitionRow[];
}

/** A round with its checkpoint, its attempts and its whole history. Throws `not_found`. */
export async function showRound(db: Kysely<Database>, id: string): Promise<ShownRound> {
  const round = await findRound(db, id);
  if (round === undefined) throw new MendloopError('not_found', `there is no round ${id}`);
  const [checkpoint_id, attempts, history] = await Promise.all([
    checkpointOf(db, id),
    listAttempts(db, id),
    historyOf(db, 'round', id, null),
  ]);
  return { ...round, checkpoint_id, attempts, history };
}
