import type { Transaction } from 'kysely';
import { collectableRepository, whileConsenting } from '../../consent/guard.ts';
import type { Database } from '../../db/tables.ts';
import type { IssueFacts, StoredComment } from '../../domain/ports/repository.ts';
import type { JobContext, JobOutcome, JobPayload } from '../../jobs/job.ts';
import type { CollectDeps } from '../ports/deps.ts';
import { recollectAnswering } from './recollect.ts';

/** Writes an issue as GitHub describes it now; an older description never replaces a newer one. */
export async function saveIssue(
  trx: Transaction<Database>,
  repository_id: number,
  issue: IssueFacts,
  comments: readonly StoredComment[],
): Promise<void> {
  const row = {
    title: issue.title,
    body: issue.body,
    author: issue.author,
    state: issue.state,
    labels: JSON.stringify(issue.labels),
    comments: JSON.stringify(comments),
    created_at: issue.created_at,
    updated_at: issue.updated_at,
  };
  await trx
    .insertInto('issue')
    .values({ repository_id, number: issue.number, ...row })
    .onConflict((conflict) =>
      conflict
        .columns(['repository_id', 'number'])
        .doUpdateSet(row)
        .where((eb) => eb('issue.updated_at', '<=', eb.ref('excluded.updated_at'))),
    )
    .execute();
}

async function forgetIssue(trx: Transaction<Database>, repository_id: number, number: number): Promise<void> {
  await trx
    .deleteFrom('issue')
    .where('repository_id', '=', repository_id)
    .where('number', '=', number)
    .execute();
}

/** Brings the stored copy of an issue up to date. The copy of an issue that was deleted or transferred is deleted. */
export async function collectIssue(
  deps: CollectDeps,
  { repository_id, number }: JobPayload<'collect.issue'>,
  context: JobContext,
): Promise<JobOutcome<'collect.issue'>> {
  const repository = await collectableRepository(deps.db, repository_id);
  if (!repository) return { outcome: 'no_consent', detail: { repository_id } };
  const { reader } = deps.access('collect.issue', repository, context.signal);
  const issue = await reader.issue(number);
  const comments = issue ? await reader.issueComments(number) : [];
  const written = await whileConsenting(deps.db, repository_id, async (trx) => {
    if (issue) await saveIssue(trx, repository_id, issue, comments);
    else await forgetIssue(trx, repository_id, number);
    const news = { repository_id, issues: [number], except: null, cause: `${context.jobId}-issue` };
    return recollectAnswering(trx, deps.queue, news);
  });
  const detail = { repository_id, number };
  if (written === null) return { outcome: 'no_consent', detail };
  return { outcome: issue ? 'saved' : 'gone', detail: { ...detail, recollected: written } };
}
