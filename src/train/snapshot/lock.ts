import { sql, type Transaction } from 'kysely';
import type { Database } from '../../db/tables.ts';

const lockNumber = 7_216_351_904;

/** Until the transaction ends nobody else moves folders of snapshots: what has no row by then is nobody's. */
export async function lockSnapshotFolder(trx: Transaction<Database>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lockNumber}::bigint)`.execute(trx);
}

/** Whether its data is still there; held until the transaction ends, so that a purge comes before or after it. */
export async function holdReadySnapshot(
  trx: Transaction<Database>,
  snapshot_id: string | null,
): Promise<boolean> {
  const found = await trx
    .selectFrom('snapshot')
    .select('state')
    .where('snapshot_id', '=', snapshot_id)
    .forShare()
    .executeTakeFirst();
  return found?.state === 'ready';
}
