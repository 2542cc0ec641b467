import type { Kysely } from 'kysely';
import type { Database } from '../../src/db/tables.ts';
import type { Instance } from '../../src/domain/instance.ts';
import type { RejectionReason } from '../../src/domain/rejection.ts';
import { seedCandidates } from './seed-candidates.ts';
import { score } from './seed-rewards.ts';

/** The moment at which the seeded world is looked at. */
export const now = new Date('2026-03-10T12:00:00Z');

/** Text that would run, or break a page, if it were not escaped. */
export const hostile = '<script>document.title = "owned"</script><img src=x onerror=alert(1)>';

export const names = {
  parser: 'octo-org/parser',
  ledger: 'octo-org/ledger',
  vault: 'octo-org/vault',
  hostile: 'octo-org/<b>bold</b>',
} as const;
export type RepositoryName = keyof typeof names;

/** GitHub's numbers of the seeded repositories. */
export type RepositoryIds = Readonly<Record<RepositoryName, number>>;
export const plainIds: RepositoryIds = { parser: 101, ledger: 102, vault: 103, hostile: 104 };

interface Repository {
  readonly repository_id: number;
  readonly full_name: string;
}

const consents = { parser: 'train', ledger: 'collect', vault: 'none', hostile: 'collect' } as const;

function minutesAgo(minutes: number): Date {
  return new Date(now.getTime() - minutes * 60_000);
}

function deliveryId(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

async function seedRepositories(db: Kysely<Database>, ids: RepositoryIds): Promise<void> {
  const installation = { account_login: 'octo-org', account_type: 'Organization', status: 'active' as const };
  await db
    .insertInto('installation')
    .values({ ...installation, installation_id: 7, permissions: '{}', events: '[]' })
    .execute();
  for (const name of Object.keys(names) as RepositoryName[]) {
    const consent = consents[name];
    const repository = { repository_id: ids[name], full_name: names[name] };
    const row = { ...repository, installation_id: 7, private: name === 'vault', default_branch: 'main' };
    await db
      .insertInto('repository')
      .values({ ...row, status: 'active', consent, updated_at: minutesAgo(500) })
      .execute();
    await db
      .insertInto('consent_event')
      .values({
        repository_id: row.repository_id,
        from_scope: null,
        to_scope: consent,
        source: 'default',
        reason: 'added',
        at: minutesAgo(500),
      })
      .execute();
  }
}

async function seedDeliveries(db: Kysely<Database>, ids: RepositoryIds, many: number): Promise<void> {
  const events = ['pull_request', 'issues', 'issue_comment', 'push', 'pull_request_review'];
  const owners = [ids.parser, ids.parser, ids.ledger, ids.vault];
  const rows = Array.from({ length: many }, (_, n) => {
    const event = events[n % events.length] ?? 'push';
    const repository_id = owners[n % owners.length] ?? null;
    const used = event !== 'push' && repository_id !== ids.vault;
    const withheld = repository_id === ids.vault;
    const unused = event === 'push' ? 'event_not_used' : 'consent';
    return {
      delivery_id: deliveryId(n + 1),
      event,
      action: event === 'push' ? null : 'opened',
      installation_id: 7,
      repository_id,
      subject: JSON.stringify({
        is_pull: event.startsWith('pull'),
        number: n + 1,
        merged: false,
        head_shas: [],
        removed_repositories: [],
        own: false,
      }),
      payload: used
        ? JSON.stringify({
            issue: { title: n === 0 ? hostile : 'Parsing stops', body: 'It stops at a colon.' },
          })
        : null,
      payload_state: used ? ('kept' as const) : withheld ? ('withheld' as const) : ('none' as const),
      state: n === 3 ? ('received' as const) : used ? ('routed' as const) : ('ignored' as const),
      reason: n === 3 || used ? null : unused,
      received_at: minutesAgo(n * 7),
      routed_at: n === 3 ? null : minutesAgo(n * 7),
    };
  });
  await db.insertInto('delivery').values(rows).execute();
}

const patch = `diff --git a/src/parse.py b/src/parse.py
index 1111111..2222222 100644
--- a/src/parse.py
+++ b/src/parse.py
@@ -1,7 +1,9 @@
 def parse(line):
     """Split a line at its first colon."""
-    name, value = line.split(':')
-    return name, value
+    name, colon, value = line.partition(':')
+    if not colon:
+        raise ValueError('no colon')
+    return name.strip(), value.strip()
 
 
 def render(name, value):
diff --git a/src/lines.py b/src/lines.py
index 3333333..4444444 100644
--- a/src/lines.py
+++ b/src/lines.py
@@ -4,4 +4,3 @@ import io
 
 def lines(text):
--- a comment that looks like a header
-    return text.split('\\n')
+    return io.StringIO(text).readlines()
`;

const testPatch = `diff --git a/tests/test_parse.py b/tests/test_parse.py
index 5555555..6666666 100644
--- a/tests/test_parse.py
+++ b/tests/test_parse.py
@@ -3,3 +3,7 @@ from src.parse import parse
 
 def test_plain():
     assert parse('a: b') == ('a', 'b')
+
+
+def test_value_with_a_colon():
+    assert parse('a: b:c') == ('a', 'b:c')
`;

function sha(digit: number): string {
  return String(digit % 10).repeat(40);
}

function instanceOf(
  repo: string,
  pull: number,
  issue: number,
  title: string,
  languages: readonly string[],
): Instance {
  return {
    instance_id: `${repo.replace('/', '__')}-${pull}`,
    repo,
    pull_number: pull,
    base_commit: sha(pull),
    fix_commit: sha(pull + 1),
    environment_setup_commit: sha(pull),
    version: '1.4',
    problem_statement: `${title}\n\nGiven a line such as \`host: example.com:8080\`,\n\`parse\` raises ValueError instead of splitting at the first colon.\n\nExpected: ('host', 'example.com:8080')`,
    hints_text: 'octo-dev: the second colon is what breaks it.',
    patch,
    test_patch: testPatch,
    other_patch: '',
    FAIL_TO_PASS: [],
    PASS_TO_PASS: [],
    created_at: '2026-03-08T09:00:00Z',
    merged_at: '2026-03-09T16:30:00Z',
    linked_issues: [issue],
    link_evidence: [
      { number: issue, source: 'closing_references' },
      { number: issue, source: 'text' },
      { number: 3, source: 'timeline' },
    ],
    source_files: ['src/parse.py', 'src/lines.py'],
    test_files: ['tests/test_parse.py'],
    other_files: [],
    languages,
    licence: 'MIT',
    consent: 'train',
    quality_flags: pull % 2 === 0 ? ['short_issue'] : [],
    context: [
      {
        path: 'src/parse.py',
        text: 'def parse(line):\n    """Split a line at its first colon."""\n    name, value = line.split(\':\')\n    return name, value\n',
      },
      { path: 'src/new.py', text: null },
    ],
    oracle: [
      { path: 'src/parse.py', text: "def parse(line):\n    name, colon, value = line.partition(':')\n" },
    ],
  };
}

async function seedPull(
  db: Kysely<Database>,
  repository_id: number,
  number: number,
  title: string,
  merged: boolean,
  linked: number[],
) {
  const times = {
    created_at: minutesAgo(4000),
    closed_at: minutesAgo(900),
    merged_at: merged ? minutesAgo(900 + number) : null,
  };
  const row = {
    base_ref: 'main',
    base_sha: sha(1),
    head_sha: sha(2),
    author: 'octo-dev',
    author_type: 'User',
    body: '',
  };
  const linked_issues = JSON.stringify(linked.map((issue) => ({ number: issue, source: 'text' })));
  const status = merged ? ('merged' as const) : ('closed' as const);
  await db
    .insertInto('pull_request')
    .values({
      ...row,
      ...times,
      repository_id,
      number,
      status,
      title,
      linked_issues,
      conversation: '[]',
      head_repo: null,
      merge_commit_sha: null,
    })
    .execute();
}

async function seedIssue(
  db: Kysely<Database>,
  repository_id: number,
  number: number,
  title: string,
): Promise<void> {
  const times = { created_at: minutesAgo(9000), updated_at: minutesAgo(900) };
  await db
    .insertInto('issue')
    .values({
      repository_id,
      number,
      title,
      body: 'Steps.',
      author: 'octo-user',
      state: 'closed',
      labels: '["bug"]',
      comments: '[]',
      ...times,
    })
    .execute();
}

async function insertCandidates(db: Kysely<Database>, instance_id: string): Promise<void> {
  for (const { origin, source, patch: own, rewards } of seedCandidates(patch)) {
    const byFormula = Object.fromEntries(rewards.map((reward) => [reward.formula, reward]));
    await db
      .insertInto('candidate')
      .values({ instance_id, origin, source, patch: own, rewards: JSON.stringify(byFormula) })
      .execute();
  }
}

async function seedInstance(
  db: Kysely<Database>,
  repository: Repository,
  pull: number,
  title: string,
  languages: string[],
): Promise<string> {
  const { repository_id, full_name } = repository;
  const issue = pull - 1;
  await seedIssue(db, repository_id, issue, title);
  await seedPull(db, repository_id, pull, `Fix: ${title}`, true, [issue]);
  const body = instanceOf(full_name, pull, issue, title, languages);
  const { instance_id } = body;
  await db
    .insertInto('instance')
    .values({
      instance_id,
      repository_id,
      pull_number: pull,
      status: 'ready',
      body: JSON.stringify(body),
      consent: 'train',
      oracle_reward: JSON.stringify(score('paper/1', 1)),
      merged_at: minutesAgo(900 + pull),
      updated_at: minutesAgo(800),
    })
    .execute();
  await insertCandidates(db, instance_id);
  const job_id = deliveryId(pull);
  const entity = { entity: 'instance' as const, entity_id: instance_id, job_id };
  await db
    .insertInto('transition')
    .values([
      { ...entity, from_status: null, to_status: 'discovered', event: 'merged' },
      { ...entity, from_status: 'discovered', to_status: 'ready', event: 'collected' },
    ])
    .execute();
  return instance_id;
}

async function seedRejection(
  db: Kysely<Database>,
  repository: Repository,
  pull: number,
  reason: RejectionReason,
): Promise<void> {
  const { repository_id, full_name } = repository;
  const instance_id = `${full_name.replace('/', '__')}-${pull}`;
  await seedPull(db, repository_id, pull, `Change ${pull}`, reason !== 'pull_missing', []);
  await db
    .insertInto('instance')
    .values({ instance_id, repository_id, pull_number: pull, status: 'rejected' })
    .execute();
  await db
    .insertInto('instance_rejection')
    .values({
      instance_id,
      repository_id,
      pull_number: pull,
      reason,
      detail: JSON.stringify({ files: 2 }),
      at: minutesAgo(pull),
    })
    .execute();
}

const reasons: RejectionReason[] = [
  'no_issue',
  'no_issue',
  'no_issue',
  'bot',
  'bot',
  'lock_files_only',
  'pull_missing',
  'no_source_change',
];

const titles = [
  'Values with a colon are refused',
  'Trailing spaces are kept',
  'Empty lines crash the reader',
  'Numbers lose their sign',
  'Time zones are ignored when rounding',
];

/** A small world with something on every page. Returns the instances' ids. */
export async function seedWorld(
  db: Kysely<Database>,
  { deliveries = 120, ids = plainIds }: { readonly deliveries?: number; readonly ids?: RepositoryIds } = {},
): Promise<string[]> {
  const repository = (name: RepositoryName): Repository => ({
    repository_id: ids[name],
    full_name: names[name],
  });
  await seedRepositories(db, ids);
  await seedDeliveries(db, ids, deliveries);
  const instances: string[] = [];
  for (const [n, title] of titles.entries()) {
    instances.push(await seedInstance(db, repository('parser'), 12 + 2 * n, title, ['Python']));
  }
  instances.push(
    await seedInstance(db, repository('ledger'), 30, 'Sums overflow', ['TypeScript', 'JavaScript']),
  );
  instances.push(await seedInstance(db, repository('hostile'), 44, hostile, ['Go']));
  for (const [n, reason] of reasons.entries()) await seedRejection(db, repository('ledger'), 60 + n, reason);
  return instances;
}
