import { sql, type Transaction } from 'kysely';
import { whileConsenting } from '../../consent/guard.ts';
import { putWithStatus } from '../../db/status.ts';
import type { Database } from '../../db/tables.ts';
import type { PullStatus } from '../../domain/github-status.ts';
import type { IssueLink } from '../../domain/instance.ts';
import type { PullFacts } from '../../domain/repository.ts';
import { discover, type SaveInput } from '../../instance/save.ts';
import type { CollectDeps } from '../deps.ts';
import { saveIssue } from '../issue/collect-issue.ts';
import { recollectAnswering } from '../issue/recollect.ts';
import type { GatheredPull } from './gather.ts';

export function pullStatus(pull: Pick<PullFacts, 'merged' | 'state'>): PullStatus {
  return pull.merged ? 'merged' : pull.state;
}

/**
 * Writes a pull request, its revisions and its issues as they are now, and discovers a merged one, in one transaction.
 * Returns how many other instances are collected again because of it; null when the repository does not consent.
 */
export function observePull(
  { db, queue }: CollectDeps,
  gathered: GatheredPull,
  input: SaveInput,
): Promise<number | null> {
  const { pull, links, comments } = gathered;
  const { repository_id, job_id } = input;
  const linked = links.issues.map(({ number }) => ({
    number,
    source: links.evidence.find((link) => link.number === number)?.source ?? ('text' as const),
  }));
  return whileConsenting(db, repository_id, async (trx) => {
    for (const issue of links.issues)
      await saveIssue(trx, repository_id, issue, comments.get(issue.number) ?? []);
    const before = await savePull(trx, gathered, linked, job_id);
    if (pull.merged) await discover(trx, input);
    const issues = issuesConcerned(pull, linked, before);
    const cause = `${job_id}-rival`;
    return recollectAnswering(trx, queue, { repository_id, issues, except: pull.number, cause });
  });
}

interface PullBefore {
  readonly status: PullStatus;
  readonly linked_issues: readonly IssueLink[];
}

/** Returns the issues whose instances now have one rival pull request more, or one less. */
function issuesConcerned(
  pull: PullFacts,
  links: readonly IssueLink[],
  before: PullBefore | null,
): readonly number[] {
  if (pullStatus(pull) !== 'closed' && before?.status !== 'closed') return [];
  return [...new Set([...links, ...(before?.linked_issues ?? [])].map((link) => link.number))];
}

/** Writes the pull request with its revisions. Returns what was stored of it before; null where it is new. */
async function savePull(
  trx: Transaction<Database>,
  { repository: { repository_id }, pull, conversation, fetched }: GatheredPull,
  linked: readonly IssueLink[],
  job_id: string,
): Promise<PullBefore | null> {
  const before = await trx
    .selectFrom('pull_request')
    .select(['status', 'linked_issues'])
    .where('repository_id', '=', repository_id)
    .where('number', '=', pull.number)
    .forUpdate()
    .executeTakeFirst();
  const { state: _state, merged: _merged, ...facts } = pull;
  const row = {
    repository_id,
    ...facts,
    linked_issues: JSON.stringify(linked),
    conversation: JSON.stringify(conversation),
  };
  await putWithStatus(trx, 'pull_request', row, { to: pullStatus(pull), event: 'observed', job_id });
  await saveRevisions(trx, repository_id, pull.number, fetched.heads);
  return before ?? null;
}

async function saveRevisions(
  trx: Transaction<Database>,
  repository_id: number,
  number: number,
  heads: ReadonlyMap<string, boolean>,
): Promise<void> {
  const rows = [...heads].map(([head_sha, reachable]) => ({ repository_id, number, head_sha, reachable }));
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
