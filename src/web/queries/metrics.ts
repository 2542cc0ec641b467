import { type Kysely, sql } from 'kysely';
import type { Database } from '../../db/tables.ts';

export interface LabelledCount {
  readonly label: string;
  readonly count: number;
}

async function countBy(
  db: Kysely<Database>,
  table: 'delivery' | 'instance' | 'instance_rejection',
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
