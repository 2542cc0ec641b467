import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/tables.ts';

export interface LabelledCount {
  readonly label: string;
  readonly count: number;
}

async function countBy(
  db: Kysely<Database>,
  table: 'delivery' | 'instance' | 'instance_rejection' | 'round',
  column: string,
) {
  const { rows } = await sql<LabelledCount>`
    select ${sql.ref(column)} as label, count(*) as count from ${sql.table(table)} group by 1 order by 1`.execute(
    db,
  );
  return rows;
}

export function countDeliveries(db: Kysely<Database>): Promise<LabelledCount[]> {
  return countBy(db, 'delivery', 'state');
}

export function countInstances(db: Kysely<Database>): Promise<LabelledCount[]> {
  return countBy(db, 'instance', 'status');
}

export function countRejections(db: Kysely<Database>): Promise<LabelledCount[]> {
  return countBy(db, 'instance_rejection', 'reason');
}

export function countRounds(db: Kysely<Database>): Promise<LabelledCount[]> {
  return countBy(db, 'round', 'state');
}

export async function lastPromotion(db: Kysely<Database>): Promise<Date | null> {
  const found = await db
    .selectFrom('round')
    .select((of) => of.fn.max('updated_at').as('at'))
    .where('state', '=', 'promoted')
    .executeTakeFirst();
  return found?.at ?? null;
}

export interface RunningRound {
  readonly cluster: string;
  readonly step: number | null;
  readonly total_steps: number | null;
}

/** The newest of each cluster. */
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
