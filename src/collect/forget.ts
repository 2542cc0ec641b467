import { rm } from 'node:fs/promises';
import type { Kysely, Transaction } from 'kysely';
import { whileForbidden } from '../consent/guard.ts';
import { moveStatuses } from '../db/status.ts';
import type { Database } from '../db/tables.ts';
import type { Forgetter } from '../stage/stage.ts';

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
  for (const table of ['candidate', 'instance_label', 'instance_rejection', 'instance_issue'] as const) {
    await trx.deleteFrom(table).where('instance_id', 'in', ids).execute();
  }
  const moves = rows.map(({ instance_id: id, status: from }) => ({
    id,
    from,
    job_id,
    to: 'retired' as const,
    event: 'purged' as const,
  }));
  const emptied = { body: null, oracle_reward: null, updated_at: new Date() };
  return (await moveStatuses(trx, 'instance', moves, emptied)).length;
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

export interface CollectForgetterDeps {
  readonly db: Kysely<Database>;
  /** The folder of a repository's mirror. */
  readonly mirrorDirectory: (repository_id: number) => string;
}

/** Retires instances, deletes pull requests and issues, empties payloads, and removes the mirror on this host. */
export function collectForgetter({ db, mirrorDirectory }: CollectForgetterDeps): Forgetter {
  return {
    stage: 'collect',
    async forget(repository_id, { jobId }) {
      const instances = await whileForbidden(db, repository_id, 'collect', async (trx) => {
        const count = await retireInstances(trx, repository_id, jobId);
        await deleteRows(trx, repository_id);
        return count;
      });
      if (instances === null) return null;
      await rm(mirrorDirectory(repository_id), { recursive: true, force: true });
      return { instances };
    },
  };
}
