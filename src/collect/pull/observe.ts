import { sql, type Transaction } from 'kysely';
import { putWithStatus } from '../../db/status.ts';
import type { Database } from '../../db/tables.ts';
import type { PullStatus } from '../../domain/github-status.ts';
import type { IssueLink } from '../../domain/instance.ts';
import type { ConversationEntry, PullFacts } from '../../domain/repository.ts';

export interface Observation {
  readonly repository_id: number;
  readonly pull: PullFacts;
  readonly conversation: readonly ConversationEntry[];
  readonly linked_issues: readonly IssueLink[];
  /** Every head that was seen, and whether its commit could be fetched. */
  readonly heads: ReadonlyMap<string, boolean>;
  readonly job_id: string;
}

export function pullStatus(pull: Pick<PullFacts, 'merged' | 'state'>): PullStatus {
  if (pull.merged) return 'merged';
  return pull.state;
}

async function saveRevisions(
  trx: Transaction<Database>,
  { repository_id, pull, heads }: Observation,
): Promise<void> {
  const rows = [...heads].map(([head_sha, reachable]) => ({
    repository_id,
    number: pull.number,
    head_sha,
    reachable,
  }));
  if (rows.length === 0) return;
  await trx
    .insertInto('pull_revision')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['repository_id', 'number', 'head_sha'])
        .doUpdateSet({ reachable: sql<boolean>`pull_revision.reachable or excluded.reachable` }),
    )
    .execute();
}

/** What was known of a pull request before it was observed again. */
export interface ObservedBefore {
  readonly status: PullStatus;
  readonly linked_issues: readonly IssueLink[];
}

/**
 * Writes what GitHub says of a pull request now, with its revisions; a change of status leaves a transition row.
 * Returns what was known before; null where it is new.
 */
export async function saveObservation(
  trx: Transaction<Database>,
  observation: Observation,
): Promise<ObservedBefore | null> {
  const { repository_id, pull, conversation, linked_issues, job_id } = observation;
  const before = await trx
    .selectFrom('pull_request')
    .select(['status', 'linked_issues'])
    .where('repository_id', '=', repository_id)
    .where('number', '=', pull.number)
    .forUpdate()
    .executeTakeFirst();
  const row = {
    repository_id,
    number: pull.number,
    title: pull.title,
    body: pull.body,
    author: pull.author,
    author_type: pull.author_type,
    base_ref: pull.base_ref,
    base_sha: pull.base_sha,
    head_sha: pull.head_sha,
    head_repo: pull.head_repo,
    merge_commit_sha: pull.merge_commit_sha,
    linked_issues: JSON.stringify(linked_issues),
    conversation: JSON.stringify(conversation),
    created_at: pull.created_at,
    closed_at: pull.closed_at,
    merged_at: pull.merged_at,
  };
  await putWithStatus(trx, 'pull_request', row, { to: pullStatus(pull), event: 'observed', job_id });
  await saveRevisions(trx, observation);
  return before ?? null;
}
