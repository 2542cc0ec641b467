import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { rehearse, type Heard, type Rehearsal } from '../rehearsal.ts';

interface Examples {
  readonly name: string;
  readonly examples: readonly Readonly<Record<string, unknown>>[];
}

const at = new Date('2024-02-03T04:05:06Z');
const repo = 'octo-org/lib';

/** Does everything that sends an event. */
async function actOut(stage: Rehearsal): Promise<void> {
  const { github, installationId, source } = stage;
  const dev = { actor: 'octo-dev', at };
  github.openIssue({ repo, title: 'Wrong sum', body: 'It is', author: 'octo-user', labels: ['bug'], at });
  const { id: commentId } = github.commentIssue({ repo, number: 1, author: 'octo-user', body: 'Still', at });
  github.editComment({ repo, number: 1, commentId, body: 'Yet', ...dev });
  github.deleteComment({ repo, number: 1, commentId, ...dev });
  github.editIssue({ repo, number: 1, title: 'Wrong sums', ...dev });
  github.labelIssue({ repo, number: 1, label: 'confirmed', ...dev });
  github.closeIssue({ repo, number: 1, ...dev });
  github.reopenIssue({ repo, number: 1, ...dev });
  await github.forkRepository({ repo, owner: 'octo-dev', at });
  await github.pushBranch({ repo, branch: 'fix', sha: stage.first, fromGit: source, at });
  await github.openPull({
    repo,
    head: { branch: 'fix' },
    title: 'Fix',
    body: 'Fixes #1',
    author: 'octo-dev',
    labels: ['bug'],
    at,
  });
  github.editPull({ repo, number: 2, title: 'Fix sum', ...dev });
  github.labelPull({ repo, number: 2, label: 'ready', ...dev });
  await github.pushToPull({ repo, number: 2, sha: stage.second, fromGit: source, at });
  const comments = [{ path: 'src/sum.js', line: 2, body: 'Why?' }];
  github.reviewPull({ repo, number: 2, author: 'octo-org', state: 'APPROVED', body: 'Good', comments, at });
  github.closePull({ repo, number: 2, ...dev });
  github.reopenPull({ repo, number: 2, ...dev });
  await github.mergePull({ repo, number: 2, at });
  await github.deleteBranch({ repo, branch: 'fix', at });
  await github.createRepository({ owner: 'octo-org', name: 'other', at });
  github.addRepositories({ installationId, repositories: ['octo-org/other'], at });
  github.transferIssue({ repo, number: 1, to: 'octo-org/other', actor: 'octo-org', at });
  github.deleteIssue({ repo: 'octo-org/other', number: 1, actor: 'octo-org', at });
  github.privatizeRepository({ repo, at });
  github.publicizeRepository({ repo, at });
  github.renameRepository({ repo, name: 'library', at });
  github.removeRepositories({ installationId, repositories: ['octo-org/other'], at });
  github.transferRepository({ repo: 'octo-org/library', to: 'octo-heir', at });
  github.suspend({ installationId, at });
  github.unsuspend({ installationId, at });
  github.acceptPermissions({ installationId, permissions: { issues: 'read' }, at });
  github.uninstall({ installationId, at });
  await github.deliveries.settled();
}

test('every event has the keys and types that GitHub’s examples of it have', async () => {
  await using stage = await rehearse();
  await actOut(stage);
  const examples = await readExamples();
  const problems = new Set<string>();
  for (const heard of stage.receiver.heard)
    for (const problem of compare(heard, examples)) problems.add(problem);
  expect([...problems].toSorted()).toEqual([]);
  expect(new Set(stage.receiver.heard.map(keyOf)).size).toBeGreaterThanOrEqual(34);
});

/** Present in every example, and left out here for a reason. */
const leftOut: readonly RegExp[] = [
  // Examples of pushes to repositories of users lack an organization, those of organizations have one.
  /\.organization\b/,
  // What an installation was granted differs from one to the next.
  /\.permissions\./,
  // Examples of pings are of repository hooks, which have addresses of their own.
  /^ping\.hook\.(ping_)?url /,
  // The examples' issue has a milestone and an assignee, ours has neither.
  /\.(milestone|assignee|active_lock_reason)\./,
];

function compare(heard: Heard, examples: ReadonlyMap<string, readonly unknown[]>): string[] {
  const known = examples.get(keyOf(heard)) ?? examples.get(heard.event);
  if (known === undefined) return [`${keyOf(heard)} has no example`];
  return differences(keyOf(heard), heard.payload, known).filter(
    (line) => !leftOut.some((path) => path.test(line)),
  );
}

/** Keys that every example has and we lack, and values of a type that no example has. */
function differences(path: string, ours: unknown, examples: readonly unknown[]): string[] {
  const types = new Set(examples.map(typeOf));
  // An example's null, or ours, says nothing about the type when it is set.
  if (typeOf(ours) === 'null' || (types.size === 1 && types.has('null'))) return [];
  if (!types.has(typeOf(ours))) return [`${path} is ${typeOf(ours)}, not ${[...types].join(' or ')}`];
  if (Array.isArray(ours)) {
    const items = examples.flatMap((example) => (Array.isArray(example) ? (example as unknown[]) : []));
    return items.length === 0 ? [] : ours.flatMap((item) => differences(`${path}[]`, item, items));
  }
  return isRecord(ours) ? recordDifferences(path, ours, examples.filter(isRecord)) : [];
}

function recordDifferences(
  path: string,
  ours: Record<string, unknown>,
  examples: readonly Record<string, unknown>[],
): string[] {
  const keys = Object.keys(examples[0] ?? {}).filter((key) => examples.every((example) => key in example));
  const lacking = keys.filter((key) => !(key in ours)).map((key) => `${path}.${key} is missing`);
  const wrong = Object.entries(ours).flatMap(([key, value]) => {
    const values = examples.filter((example) => key in example).map((example) => example[key]);
    return values.length === 0 ? [] : differences(`${path}.${key}`, value, values);
  });
  return [...lacking, ...wrong];
}

async function readExamples(): Promise<Map<string, readonly unknown[]>> {
  const path = createRequire(import.meta.url).resolve('@octokit/webhooks-examples/api.github.com/index.json');
  const found = new Map<string, unknown[]>();
  const add = (key: string, example: unknown): unknown =>
    found.set(key, [...(found.get(key) ?? []), example]);
  for (const { name, examples } of JSON.parse(await readFile(path, 'utf8')) as Examples[]) {
    for (const example of examples) {
      add(name, example);
      if (typeof example['action'] === 'string') add(`${name}.${example['action']}`, example);
    }
  }
  return found;
}

function keyOf(heard: Heard): string {
  return heard.action === null ? heard.event : `${heard.event}.${heard.action}`;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeOf(value) === 'object';
}
