import type { Transaction } from 'kysely';
import type { Database, StoredComment } from '../db/tables.ts';
import type { IssueFacts } from './ports.ts';

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
