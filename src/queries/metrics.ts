import type { Kysely } from 'kysely';
import type { Database } from '../db/tables.ts';

export interface LabelledCount {
  readonly label: string;
  readonly count: number;
}

export async function countDeliveries(db: Kysely<Database>): Promise<LabelledCount[]> {
  return db
    .selectFrom('delivery')
    .select((of) => ['state as label', of.fn.countAll<number>().as('count')])
    .groupBy('state')
    .orderBy('state')
    .execute();
}

export async function countInstances(db: Kysely<Database>): Promise<LabelledCount[]> {
  return db
    .selectFrom('instance')
    .select((of) => ['status as label', of.fn.countAll<number>().as('count')])
    .groupBy('status')
    .orderBy('status')
    .execute();
}

export async function countRejections(db: Kysely<Database>): Promise<LabelledCount[]> {
  return db
    .selectFrom('instance_rejection')
    .select((of) => ['reason as label', of.fn.countAll<number>().as('count')])
    .groupBy('reason')
    .orderBy('reason')
    .execute();
}

export async function countRounds(db: Kysely<Database>): Promise<LabelledCount[]> {
  return db
    .selectFrom('round')
    .select((of) => ['state as label', of.fn.countAll<number>().as('count')])
    .groupBy('state')
    .orderBy('state')
    .execute();
}

/** When the latest promoted round was changed last; null before the first promotion. */
export async function lastPromotion(db: Kysely<Database>): Promise<Date | null> {
  const row = await db
    .selectFrom('round')
    .select((of) => of.fn.max('updated_at').as('at'))
    .where('state', '=', 'promoted')
    .executeTakeFirst();
  return row?.at ?? null;
}

export interface RunningRound {
  readonly cluster: string;
  readonly step: number | null;
  readonly total_steps: number | null;
}

/** The newest running round of each cluster. */
export async function runningRounds(db: Kysely<Database>): Promise<RunningRound[]> {
  return db
    .selectFrom('round')
    .distinctOn('cluster')
    .select(['cluster', 'step', 'total_steps'])
    .where('state', '=', 'running')
    .orderBy('cluster')
    .orderBy('created_at', 'desc')
    .execute();
}
