import { sql, type Transaction } from 'kysely';
import type { Database } from '../../db/tables.ts';

const lockNumber = 7_216_351_904;

/** Until the transaction ends nobody else moves folders of snapshots: what has no row by then is nobody's. */
export async function lockSnapshotFolder(trx: Transaction<Database>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lockNumber}::bigint)`.execute(trx);
}
