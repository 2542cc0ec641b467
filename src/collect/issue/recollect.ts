import type { Transaction } from 'kysely';
import type { Database } from '../../db/tables.ts';
import type { JobQueue } from '../../jobs/queue.ts';

export interface IssueNews {
  readonly repository_id: number;
  /** Issues that changed, or whose rival pull requests did. */
  readonly issues: readonly number[];
  /** The pull request that is being collected already; null where there is none. */
  readonly except: number | null;
  readonly cause: string;
}

/**
 * What an instance says follows from what its issues and their other pull requests are now: when one of them changes,
 * it is collected again, so that the order of events makes no difference. Returns how many were enqueued.
 */
export async function recollectAnswering(
  trx: Transaction<Database>,
  queue: JobQueue,
  { repository_id, issues, except, cause }: IssueNews,
): Promise<number> {
  if (issues.length === 0) return 0;
  const rows = await trx
    .selectFrom('instance_issue as l')
    .innerJoin('instance as i', 'i.instance_id', 'l.instance_id')
    .select('i.pull_number')
    .distinct()
    .where('l.repository_id', '=', repository_id)
    .where('l.number', 'in', issues)
    .where('i.pull_number', '<>', except ?? 0)
    .orderBy('i.pull_number')
    .execute();
  const jobs = rows.map(({ pull_number: number }) => ({
    kind: 'collect.pull' as const,
    payload: { repository_id, number, head_shas: [] },
    cause,
  }));
  await queue.enqueue(trx, jobs);
  return jobs.length;
}
