import { type Kysely, sql } from 'kysely';
import { whileConsenting } from '../../consent/guard.ts';
import type { Database } from '../../db/tables.ts';
import { type NamedPull, nameInstance } from '../../instance/name.ts';
import { discover, saveVerdict } from '../../instance/save.ts';
import type { JobContext, JobOutcome } from '../../jobs/job.ts';
import type { CollectDeps } from '../deps.ts';

/** Returns whether a delivery reported the pull request as merged. Uses the index delivery_repository. */
async function wasMerged(db: Kysely<Database>, { repository_id, number }: NamedPull): Promise<boolean> {
  const row = await db
    .selectFrom('delivery')
    .select('delivery_id')
    .where('repository_id', '=', repository_id)
    .where(sql<boolean>`subject @> ${JSON.stringify({ is_pull: true, number, merged: true })}::jsonb`)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Rejects a merged pull request that cannot be read any more, so that the funnel still counts it. */
export async function pullGone(
  deps: CollectDeps,
  pull: NamedPull,
  context: JobContext,
): Promise<JobOutcome<'collect.pull'>> {
  const { db } = deps;
  const input = {
    instance_id: await nameInstance(db, pull),
    repository_id: pull.repository_id,
    pull_number: pull.number,
    merged_at: null,
    job_id: context.jobId,
  };
  const merged = await wasMerged(db, pull);
  const saved = await whileConsenting(db, pull.repository_id, async (trx) => {
    if (merged) await discover(trx, input);
    return saveVerdict(trx, input, { verdict: 'rejected', reason: 'pull_missing', detail: {} });
  });
  const outcome = saved === null ? 'no_consent' : 'pull_missing';
  return { outcome, detail: { repository_id: pull.repository_id, number: pull.number } };
}
