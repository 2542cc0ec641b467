import { rm } from 'node:fs/promises';
import { type Kysely, sql, type Transaction } from 'kysely';
import { scrubStorage } from '../db/scrub.ts';
import { contentTables, type Database } from '../db/tables.ts';
import { recordTransitions } from '../db/transitions.ts';
import { type ConsentScope, permits } from '../domain/consent.ts';
import { MendloopError } from '../domain/errors.ts';
import type { JobContext, JobOutcome } from '../jobs/worker.ts';

/** Ids of what was removed, or tainted for having seen it. */
export interface ForgottenTraining {
  readonly snapshots: readonly string[];
  readonly checkpoints: readonly string[];
}

export interface PurgeDeps {
  readonly db: Kysely<Database>;
  /** The folder of a repository's mirror. */
  readonly mirrorDirectory: (repository_id: number) => string;
  /** Removes snapshots and rounds with its data, and taints what was trained on it; the ids of those. */
  readonly forgetTraining: (repository_id: number) => Promise<ForgottenTraining>;
}

/** Instances stay as tombstones: id, status and history, no text. */
async function retireInstances(
  trx: Transaction<Database>,
  repository_id: number,
  job_id: string,
): Promise<number> {
  const rows = await trx
    .selectFrom('instance')
    .select(['instance_id', 'status'])
    .where('repository_id', '=', repository_id)
    .where('status', '<>', 'retired')
    .forUpdate()
    .execute();
  if (rows.length === 0) return 0;
  const ids = rows.map((row) => row.instance_id);
  for (const table of ['candidate', 'instance_rejection', 'instance_issue'] as const) {
    await trx.deleteFrom(table).where('instance_id', 'in', ids).execute();
  }
  await trx
    .updateTable('instance')
    .set({ status: 'retired', body: null, oracle_reward: null, updated_at: new Date() })
    .where('instance_id', 'in', ids)
    .execute();
  await recordTransitions(
    trx,
    rows.map(({ instance_id, status }) => ({
      entity: 'instance',
      entity_id: instance_id,
      from_status: status,
      to_status: 'retired',
      event: 'purged',
      job_id,
    })),
  );
  return rows.length;
}

async function deleteRows(trx: Transaction<Database>, repository_id: number): Promise<void> {
  await trx.deleteFrom('pull_request').where('repository_id', '=', repository_id).execute();
  await trx.deleteFrom('issue').where('repository_id', '=', repository_id).execute();
  await trx
    .updateTable('delivery')
    .set({ payload: null, payload_state: 'emptied' })
    .where('repository_id', '=', repository_id)
    .where('payload_state', '=', 'kept')
    .execute();
}

/**
 * A delivery that is being written has read the consent already. Waits for such, and keeps new ones waiting until the
 * purge is over. Before any other lock, since routing locks deliveries first and repositories second.
 */
async function waitForArriving(trx: Transaction<Database>): Promise<void> {
  await sql`lock table delivery in exclusive mode`.execute(trx);
}

/** What the repository allows; nothing where it is not installed any more. Locks the row inside a transaction. */
async function consentOf(db: Kysely<Database>, repository_id: number): Promise<ConsentScope> {
  const row = await db
    .selectFrom('repository')
    .select(['consent', 'status'])
    .where('repository_id', '=', repository_id)
    .forUpdate()
    .executeTakeFirst();
  return row?.status === 'active' ? row.consent : 'none';
}

/** What ends by itself is worth another attempt; what this server never allows is told and counted. */
async function scrub(db: Kysely<Database>, { log }: JobContext): Promise<number> {
  const { left } = await scrubStorage(db, contentTables);
  for (const { what, why } of left) log.warn({ what, why }, 'deleted content may be left in the storage');
  if (left.some(({ why }) => why === 'locked' || why === 'old_transaction'))
    throw new MendloopError('scrub_incomplete', 'Deleted rows are not out of the storage yet.');
  return left.length;
}

/**
 * Removes everything that was collected of a repository: rows, the mirror, and then the old versions of the rows from
 * the storage itself; where collecting is still allowed, only what training made of it. It does nothing when the consent
 * has been raised again in the meantime. Throws `scrub_incomplete`.
 */
export async function purgeRepository(
  deps: PurgeDeps,
  repository_id: number,
  context: JobContext,
): Promise<JobOutcome> {
  const allowed = await consentOf(deps.db, repository_id);
  if (permits(allowed, 'train')) return { outcome: 'consents_again', detail: { repository_id } };
  const { snapshots, checkpoints } = await deps.forgetTraining(repository_id);
  const retired = await deps.db.transaction().execute(async (trx) => {
    await waitForArriving(trx);
    if (permits(await consentOf(trx, repository_id), 'collect')) return null;
    const count = await retireInstances(trx, repository_id, context.jobId);
    await deleteRows(trx, repository_id);
    return count;
  });
  if (retired === null) {
    if (snapshots.length === 0) return { outcome: 'consents_again', detail: { repository_id } };
    const left = await scrub(deps.db, context);
    return { outcome: 'training_purged', detail: { repository_id, checkpoints: checkpoints.length, left } };
  }
  await rm(deps.mirrorDirectory(repository_id), { recursive: true, force: true });
  const left = await scrub(deps.db, context);
  return {
    outcome: 'purged',
    detail: { repository_id, instances: retired, checkpoints: checkpoints.length, left },
  };
}
