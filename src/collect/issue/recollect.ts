import type { Transaction } from 'kysely';
import type { Database } from '../../db/tables.ts';
import type { JobQueue } from '../../jobs/queue.ts';

export interface IssueNews {
  readonly repository_id: number;
  /** Issues that changed, or whose rival pull requests did. */
  readonly issues: readonly number[];
  /** Number of the pull request whose job found the news, which needs no other job; null where an issue's job did. */
  readonly except: number | null;
  readonly cause: string;
}

/**
 * Collects the instances that answer these issues again. An instance follows from the present state of its issues and of
 * their other pull requests, so that the order of events makes no difference. Returns how many jobs were enqueued.
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
