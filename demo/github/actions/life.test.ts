import { expect, test } from 'vitest';
import { mintToken, rehearse, type Rehearsal } from '../rehearsal.ts';

const repo = 'octo-org/lib';

async function get(stage: Rehearsal, path: string): Promise<Response> {
  const headers = { authorization: `Bearer ${await mintToken(stage)}` };
  return fetch(stage.github.apiUrl + path, { headers, redirect: 'manual' });
}

function heard(stage: Rehearsal): string[] {
  return stage.receiver.heard.map(({ event, action }) => (action === null ? event : `${event}.${action}`));
}

test('a deleted issue is gone and a transferred one is found at its new place', async () => {
  await using stage = await rehearse();
  const { github } = stage;
  await github.createRepository({ owner: 'octo-org', name: 'other' });
  for (const title of ['deleted', 'moved']) github.openIssue({ repo, title, author: 'octo-user' });
  github.deleteIssue({ repo, number: 1, actor: 'octo-org' });
  github.transferIssue({ repo, number: 2, to: 'octo-org/other', actor: 'octo-org' });
  expect((await get(stage, '/repos/octo-org/lib/issues/1')).status).toBe(410);
  expect((await get(stage, '/repos/octo-org/lib/issues/3')).status).toBe(404);
  const moved = await get(stage, '/repos/octo-org/lib/issues/2');
  expect(moved.status).toBe(301);
  const kit = stage.client(await mintToken(stage));
  const { data } = await kit.request('GET /repos/{owner}/{repo}/issues/{issue_number}', {
    owner: 'octo-org',
    repo: 'lib',
    issue_number: 2,
  });
  expect(data).toMatchObject({ number: 1, title: 'moved' });
  await github.deliveries.settled();
  expect(heard(stage)).toEqual(expect.arrayContaining(['issues.deleted', 'issues.transferred']));
});

test('a renamed repository is found under both names', async () => {
  await using stage = await rehearse();
  stage.github.renameRepository({ repo, name: 'library' });
  const kit = stage.client(await mintToken(stage));
  const { data } = await kit.request('GET /repos/{owner}/{repo}', { owner: 'octo-org', repo: 'lib' });
  expect(data.full_name).toBe('octo-org/library');
});

test('a repository that goes to another owner leaves the installation', async () => {
  await using stage = await rehearse({ private: true });
  stage.github.transferRepository({ repo, to: 'octo-heir' });
  await stage.github.deliveries.settled();
  expect(heard(stage)).toEqual(
    expect.arrayContaining(['repository.transferred', 'installation_repositories.removed']),
  );
  expect((await get(stage, '/repos/octo-heir/lib')).status).toBe(404);
});

test('visibility, selection and uninstalling are heard with the names of the repositories', async () => {
  await using stage = await rehearse();
  const { github, installationId } = stage;
  github.privatizeRepository({ repo });
  github.publicizeRepository({ repo });
  github.removeRepositories({ installationId, repositories: [repo] });
  github.openIssue({ repo, title: 'unheard', author: 'octo-user' });
  github.addRepositories({ installationId, repositories: [repo] });
  await github.deleteRepository({ repo });
  github.uninstall({ installationId });
  await github.deliveries.settled();
  expect(heard(stage).toSorted()).toEqual([
    'installation.created',
    'installation.deleted',
    'installation_repositories.added',
    'installation_repositories.removed',
    'ping',
    'repository.deleted',
    'repository.privatized',
    'repository.publicized',
  ]);
});

test('numbers may be chosen, are shared with pull requests and cannot be taken twice', async () => {
  await using stage = await rehearse();
  const { github } = stage;
  expect(github.openIssue({ repo, title: 'chosen', author: 'octo-user', number: 812 }).number).toBe(812);
  await github.pushBranch({ repo, branch: 'fix', sha: stage.first, fromGit: stage.source });
  const input = {
    repo,
    head: { branch: 'fix' },
    title: 'Fix',
    author: { login: 'octo-bot[bot]', type: 'Bot' },
  } as const;
  expect((await github.openPull(input)).number).toBe(813);
  expect(() => github.openIssue({ repo, title: 'twice', author: 'octo-user', number: 812 })).toThrow(/taken/);
});

test('an author who deleted the account shows as null', async () => {
  await using stage = await rehearse();
  stage.github.openIssue({ repo, title: 'orphan', author: 'octo-user' });
  stage.github.deleteAccount('octo-user');
  const answer = await get(stage, '/repos/octo-org/lib/issues/1');
  expect(await answer.json()).toMatchObject({ user: null });
});

test('writing through the API needs the permission and is done by the bot', async () => {
  await using stage = await rehearse({ permissions: { issues: 'write' } });
  stage.github.openIssue({ repo, title: 'One', author: 'octo-user' });
  const target = { owner: 'octo-org', repo: 'lib', issue_number: 1, body: 'Hello' };
  const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
  const reader = stage.client(await mintToken(stage, { permissions: { issues: 'read' } }));
  await expect(reader.request(route, target)).rejects.toMatchObject({ status: 403 });
  const { data } = await stage.client(await mintToken(stage)).request(route, target);
  expect(data.user).toMatchObject({ login: 'mendloop[bot]', type: 'Bot' });
  expect(stage.github.violations).toEqual([]);
});
