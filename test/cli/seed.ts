import type { Kysely } from 'kysely';
import type { Database } from '../../src/db/tables.ts';
import type { StoredReward } from '../../src/db/tables/instance.ts';
import type { ConsentScope } from '../../src/domain/consent.ts';
import { instanceId } from '../../src/domain/ids.ts';
import type { Instance } from '../../src/domain/instance.ts';
import { insertLabel } from '../instance/toy-labeller.ts';

export interface SeedRepository {
  readonly repository_id: number;
  readonly full_name: string;
  readonly consent: ConsentScope;
}

export async function seedRepository(db: Kysely<Database>, repository: SeedRepository): Promise<void> {
  await db
    .insertInto('installation')
    .values({
      installation_id: 1,
      account_login: 'octo-org',
      account_type: 'Organization',
      status: 'active',
      permissions: '{}',
      events: '[]',
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await db
    .insertInto('repository')
    .values({ ...repository, installation_id: 1, private: false, default_branch: 'main', status: 'active' })
    .execute();
}

export function sha(digit: string): string {
  return digit.repeat(40);
}

export function instance(repo: string, pull_number: number, changed: Partial<Instance> = {}): Instance {
  return {
    instance_id: instanceId(repo, pull_number),
    repo,
    pull_number,
    base_commit: sha('a'),
    fix_commit: sha('b'),
    environment_setup_commit: sha('a'),
    version: '1.2',
    problem_statement: 'It stops\n\nAt the second colon.',
    hints_text: '',
    patch: 'diff --git a/a.js b/a.js\n',
    test_patch: '',
    other_patch: 'diff --git a/NOTES.md b/NOTES.md\n',
    FAIL_TO_PASS: ['test/a.js: parses'],
    PASS_TO_PASS: [],
    created_at: '2026-01-02T03:04:05Z',
    merged_at: '2026-01-03T03:04:05Z',
    linked_issues: [7],
    link_evidence: [{ number: 7, source: 'text' }],
    source_files: ['a.js'],
    test_files: [],
    other_files: ['NOTES.md'],
    languages: ['JavaScript'],
    licence: 'MIT',
    consent: 'train',
    quality_flags: [],
    context: [{ path: 'a.js', text: 'one\n' }],
    oracle: [{ path: 'a.js', text: 'two\n' }],
    ...changed,
  };
}

export const perfect: StoredReward = {
  reward: 1,
  error: null,
  per_file: [['a.js', 1]],
  formula: 'paper/1',
  parts: { format: 1, change: 1, execution: null, penalties: 0 },
  hack: null,
};

/** Stored as the worker does it; `updated_at` is the clock of the machine that stored it. */
export async function seedInstance(
  db: Kysely<Database>,
  repository_id: number,
  body: Instance,
  candidates: readonly string[] = [],
): Promise<void> {
  const { FAIL_TO_PASS, PASS_TO_PASS, ...collected } = body;
  const { instance_id, pull_number, merged_at, consent } = collected;
  await db
    .insertInto('instance')
    .values({
      instance_id,
      repository_id,
      pull_number,
      status: 'ready',
      body: JSON.stringify(collected),
      consent,
      oracle_reward: JSON.stringify(perfect),
      merged_at,
    })
    .execute();
  if (FAIL_TO_PASS.length > 0) await insertLabel(db, collected, { FAIL_TO_PASS, PASS_TO_PASS });
  for (const source of candidates) {
    await db
      .insertInto('candidate')
      .values({
        instance_id,
        origin: 'pr_revision',
        source,
        patch: `of ${source}`,
        rewards: JSON.stringify({ 'paper/1': perfect }),
      })
      .execute();
  }
}
