import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../db/tables.ts';
import type { CandidateTable, StoredReward } from '../db/tables/instance.ts';
import { type ConsentScope, consentScopes, permits } from '../domain/consent.ts';
import type { CollectedInstance, Instance, LabelledTests } from '../domain/instance.ts';

export interface StoredCandidate extends Pick<CandidateTable, 'origin' | 'source' | 'patch'> {
  readonly rewards: Readonly<Record<string, StoredReward>>;
}

/** An instance with all that is exported of it. */
export interface ReadyInstance {
  readonly instance: Instance;
  readonly repository_id: number;
  readonly installation_id: number;
  readonly isPrivate: boolean;
  /** Login of the account that opened the pull request. */
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
  return (
    trx
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
      // A check of the table says that a ready instance has a body.
      .$narrowType<{ body: CollectedInstance }>()
      .execute()
  );
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

const unlabelled: LabelledTests = { FAIL_TO_PASS: [], PASS_TO_PASS: [] };

/** Names a label's subject; hashes and instance ids hold no blank. */
function subjectOf(of: Pick<CollectedInstance, 'instance_id' | 'base_commit' | 'fix_commit'>): string {
  return `${of.instance_id} ${of.base_commit} ${of.fix_commit}`;
}

/** The tests of the newest valid label of each subject; the primary key finds the rows. */
async function readLabels(
  db: Kysely<Database>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, LabelledTests>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('instance_label')
    .select(['instance_id', 'base_commit', 'fix_commit', 'fail_to_pass', 'pass_to_pass'])
    .where('instance_id', 'in', ids)
    .where('verdict', '=', 'valid')
    // The last one of a subject stays in the map.
    .orderBy('labelled_at')
    .orderBy('recipe_sha256')
    .execute();
  return new Map(
    rows.map((row) => [subjectOf(row), { FAIL_TO_PASS: row.fail_to_pass, PASS_TO_PASS: row.pass_to_pass }]),
  );
}

/**
 * Instances as everything outside of collecting sees them: what was collected, with the tests of its label. Of several
 * labels counts the newest valid one for the instance's present base and fix; without one, the lists are empty.
 */
export async function withLabels(
  db: Kysely<Database>,
  collected: readonly CollectedInstance[],
): Promise<Instance[]> {
  const labels = await readLabels(
    db,
    collected.map(({ instance_id }) => instance_id),
  );
  return collected.map((instance) => ({ ...instance, ...(labels.get(subjectOf(instance)) ?? unlabelled) }));
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
      const instances = await withLabels(
        trx,
        rows.map(({ body }) => body),
      );
      for (const [at, row] of rows.entries()) {
        const instance = instances[at];
        if (instance === undefined) continue;
        await use({
          instance,
          repository_id: row.repository_id,
          installation_id: row.installation_id,
          isPrivate: row.private,
          author: row.author,
          oracle_reward: row.oracle_reward,
          candidates: candidates.get(row.instance_id) ?? [],
        });
        after = [instance.repo, instance.pull_number];
      }
      if (rows.length < pageSize) return;
    }
  });
}
