import { type Kysely, sql, type Transaction } from 'kysely';
import { type ConsentScope, consentScopes, permits } from '../domain/consent.ts';
import type { Instance } from '../domain/instance.ts';
import type { CandidateTable, Database, StoredReward } from '../db/tables.ts';

export interface StoredCandidate extends Pick<CandidateTable, 'origin' | 'source' | 'patch'> {
  readonly rewards: Readonly<Record<string, StoredReward>>;
}

/** An instance with all that is exported of it. */
export interface ReadyInstance {
  readonly instance: Instance;
  readonly repository_id: number;
  readonly installation_id: number;
  readonly isPrivate: boolean;
  /** Login of who opened the pull request. */
  readonly author: string | null;
  readonly oracle_reward: StoredReward | null;
  readonly candidates: readonly StoredCandidate[];
}

export interface ReadyFilter {
  /** `owner/name`; null for all. */
  readonly repo: string | null;
  /** What the repository must allow today; `none` is never exported. */
  readonly consent: Exclude<ConsentScope, 'none'>;
}

/** Instances hold whole files: a page of this many is at most some tens of MB. */
const pageSize = 20;
const repoOf = sql<string>`i.body->>'repo' collate "C"`;

interface Page {
  readonly after: readonly [repo: string, pull_number: number];
  readonly filter: ReadyFilter;
}

async function readPage(trx: Transaction<Database>, { after, filter }: Page) {
  const allowed = consentScopes.filter((scope) => permits(scope, filter.consent));
  const { repo } = filter;
  return trx
    .selectFrom('instance as i')
    .innerJoin('repository as r', 'r.repository_id', 'i.repository_id')
    .leftJoin('pull_request as p', (join) =>
      join.onRef('p.repository_id', '=', 'i.repository_id').onRef('p.number', '=', 'i.pull_number'),
    )
    .select(['i.instance_id', 'i.body', 'i.oracle_reward', 'i.repository_id', 'p.author'])
    .select(['r.installation_id', 'r.private'])
    .where('i.status', '=', 'ready')
    .where('r.consent', 'in', allowed)
    .where(sql<boolean>`(${repoOf}, i.pull_number) > (${after[0]} collate "C", ${after[1]}::int)`)
    .$if(repo !== null, (query) => query.where(sql<boolean>`lower(${repoOf}) = ${repo?.toLowerCase()}`))
    .orderBy(repoOf)
    .orderBy('i.pull_number')
    .limit(pageSize)
    .execute();
}

/** Candidates of some instances; the primary key finds them. */
export async function readCandidates(
  db: Kysely<Database>,
  ids: readonly string[],
): Promise<Map<string, StoredCandidate[]>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('candidate')
    .select(['instance_id', 'origin', 'source', 'patch', 'rewards'])
    .where('instance_id', 'in', ids)
    .orderBy(sql`origin collate "C"`)
    .orderBy(sql`source collate "C"`)
    .execute();
  return Map.groupBy(rows, (row) => row.instance_id);
}

/**
 * Ready instances by repository and pull number, read as they all were at one moment. Only of repositories that
 * allow it at that moment.
 */
export async function forEachReady(
  db: Kysely<Database>,
  filter: ReadyFilter,
  use: (ready: ReadyInstance) => Promise<void>,
): Promise<void> {
  const snapshot = db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only');
  await snapshot.execute(async (trx) => {
    let after: Page['after'] = ['', 0];
    for (;;) {
      const rows = await readPage(trx, { after, filter });
      const candidates = await readCandidates(
        trx,
        rows.map((row) => row.instance_id),
      );
      for (const row of rows) {
        const { instance_id, body } = row;
        if (body === null) continue;
        await use({
          instance: body,
          repository_id: row.repository_id,
          installation_id: row.installation_id,
          isPrivate: row.private,
          author: row.author,
          oracle_reward: row.oracle_reward,
          candidates: candidates.get(instance_id) ?? [],
        });
        after = [body.repo, body.pull_number];
      }
      if (rows.length < pageSize) return;
    }
  });
}
