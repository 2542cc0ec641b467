import { expect, test } from 'vitest';
import { mintToken, rehearse, type Rehearsal } from '../rehearsal.ts';

const repo = { owner: 'octo-org', repo: 'lib' };

async function statusOf(request: Promise<{ status: number }>): Promise<number> {
  return request.then(
    (answer) => answer.status,
    (error: { status: number }) => error.status,
  );
}

async function statuses(stage: Rehearsal, auth: string | undefined): Promise<Record<string, number>> {
  const kit = stage.client(auth);
  return {
    repository: await statusOf(kit.request('GET /repos/{owner}/{repo}', repo)),
    issue: await statusOf(
      kit.request('GET /repos/{owner}/{repo}/issues/{issue_number}', { ...repo, issue_number: 1 }),
    ),
    pulls: await statusOf(kit.request('GET /repos/{owner}/{repo}/pulls', repo)),
    commit: await statusOf(kit.request('GET /repos/{owner}/{repo}/commits/{ref}', { ...repo, ref: 'main' })),
  };
}

test.each([
  [{ issues: 'read' }, { repository: 200, issue: 200, pulls: 403, commit: 403 }],
  [{ pull_requests: 'read' }, { repository: 200, issue: 403, pulls: 200, commit: 403 }],
  [{ contents: 'read' }, { repository: 200, issue: 403, pulls: 403, commit: 200 }],
] as const)('a token with %j opens only what that permission opens', async (permissions, expected) => {
  await using stage = await rehearse({ private: true });
  stage.github.openIssue({ repo: 'octo-org/lib', title: 'One', author: 'octo-user' });
  const token = await mintToken(stage, { permissions });
  expect(await statuses(stage, token)).toEqual(expected);
  expect(stage.github.violations).toEqual([]);
});

test('a private repository does not exist for strangers, and a public one may be read by them', async () => {
  await using stage = await rehearse({ private: true });
  await stage.github.createRepository({
    owner: 'octo-org',
    name: 'open',
    fromGit: stage.source,
    sha: stage.base,
  });
  const kit = stage.client();
  expect(await statusOf(kit.request('GET /repos/{owner}/{repo}', repo))).toBe(404);
  expect(await statusOf(kit.request('GET /repos/{owner}/{repo}', { ...repo, repo: 'open' }))).toBe(200);
});

test('asking for more than was granted is refused with 422, and what was asked for is kept', async () => {
  await using stage = await rehearse();
  await expect(mintToken(stage, { permissions: { contents: 'write' } })).rejects.toMatchObject({
    status: 422,
  });
  await expect(mintToken(stage, { permissions: { workflows: 'write' } })).rejects.toMatchObject({
    status: 422,
  });
  await expect(mintToken(stage, { repositories: ['other'] })).rejects.toMatchObject({ status: 422 });
  await mintToken(stage, { permissions: { issues: 'read' }, repositories: ['lib'] });
  expect(stage.github.mints).toHaveLength(1);
  expect(stage.github.mints[0]?.requested).toEqual({ metadata: 'read', issues: 'read' });
});

test('a token for one repository does not open another private one', async () => {
  await using stage = await rehearse({ private: true });
  await stage.github.createRepository({ owner: 'octo-org', name: 'other', private: true });
  stage.github.addRepositories({ installationId: stage.installationId, repositories: ['octo-org/other'] });
  const kit = stage.client(await mintToken(stage, { repositories: ['lib'] }));
  expect(await statusOf(kit.request('GET /repos/{owner}/{repo}', { ...repo, repo: 'other' }))).toBe(404);
  const { data } = await kit.request('GET /installation/repositories');
  expect(data.repositories.map((found) => found.full_name)).toEqual(['octo-org/lib']);
});

test('tokens die after an hour, with their installation, and rest while it is suspended', async () => {
  let now = new Date();
  await using stage = await rehearse({ now: () => now });
  const { github, installationId } = stage;
  const kit = stage.client(await mintToken(stage));
  const ask = (): Promise<number> => statusOf(kit.request('GET /repos/{owner}/{repo}', repo));
  expect(await ask()).toBe(200);
  github.suspend({ installationId });
  expect(await ask()).toBe(403);
  github.unsuspend({ installationId });
  expect(await ask()).toBe(200);
  now = new Date(now.getTime() + 3_600_001);
  expect(await ask()).toBe(401);
  now = new Date(now.getTime() - 3_600_001);
  github.uninstall({ installationId });
  expect(await ask()).toBe(401);
});

test('the request log says who asked, for which job and with which permissions', async () => {
  await using stage = await rehearse();
  const kit = stage.client(await mintToken(stage, { permissions: { pull_requests: 'read' } }));
  await kit.request('GET /repos/{owner}/{repo}/pulls', {
    ...repo,
    headers: { 'x-mendloop-job': 'collect.pull' },
  });
  const [record] = stage.github.requests.where({ job: 'collect.pull' });
  expect(record).toMatchObject({
    caller: 'installation',
    installationId: stage.installationId,
    permissions: { metadata: 'read', pull_requests: 'read' },
    needed: ['pull_requests:read'],
    repository: 'octo-org/lib',
    status: 200,
  });
});
