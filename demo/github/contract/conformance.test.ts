import { expect, test } from 'vitest';
import { mintToken, rehearse, type Rehearsal } from '../rehearsal.ts';
import { operations } from './operations.ts';
import { validateExchange } from './validate.ts';

const at = new Date('2024-02-03T04:05:06Z');
const name = 'octo-org/lib';

/** An issue, a merged pull request from a fork that is gone, and an open one, with everything that hangs on them. */
async function fill(stage: Rehearsal): Promise<void> {
  const { github, source } = stage;
  github.openIssue({
    repo: name,
    title: 'Wrong sum',
    body: 'It is',
    author: 'octo-user',
    labels: ['bug'],
    at,
  });
  github.commentIssue({ repo: name, number: 1, author: 'octo-user', body: 'Still', at });
  github.editIssue({ repo: name, number: 1, actor: 'octo-user', title: 'Wrong sums', at });
  github.labelIssue({ repo: name, number: 1, actor: 'octo-org', label: 'confirmed', at });
  const { repo: fork } = await github.forkRepository({ repo: name, owner: 'octo-dev', at });
  await github.pushBranch({ repo: fork, branch: 'fix', sha: stage.first, fromGit: source, at });
  const pull = { repo: name, head: { repo: fork, branch: 'fix' }, title: 'Fix', author: 'octo-dev', at };
  await github.openPull({ ...pull, body: 'Fixes #1' });
  await github.pushToPull({ repo: name, number: 2, sha: stage.second, fromGit: source, at });
  const comments = [{ path: 'src/sum.js', line: 2, body: 'Why?' }];
  github.reviewPull({
    repo: name,
    number: 2,
    author: 'octo-org',
    state: 'APPROVED',
    body: 'Good',
    comments,
    at,
  });
  await github.mergePull({ repo: name, number: 2, at });
  await github.deleteRepository({ repo: fork, at });
  await github.pushBranch({ repo: name, branch: 'next', sha: stage.second, at });
  await github.openPull({ ...pull, head: { branch: 'next' }, base: 'main' });
  await github.deliveries.settled();
}

interface Call {
  readonly as: 'app' | 'installation' | 'user';
  readonly path: string;
  readonly body?: unknown;
}

/** At least one call for each operation of the slice. */
function calls(stage: Rehearsal, deliveryId: number, commentId: number): Record<string, Call[]> {
  const installation = (path: string): Call[] => [{ as: 'installation', path: `/repos/${name}${path}` }];
  const app = (path: string): Call[] => [{ as: 'app', path }];
  const user = (path: string): Call[] => [{ as: 'user', path }];
  const id = stage.installationId;
  return {
    'GET /app': app('/app'),
    'GET /app/hook/config': app('/app/hook/config'),
    'PATCH /app/hook/config': [{ as: 'app', path: '/app/hook/config', body: { content_type: 'json' } }],
    'GET /app/hook/deliveries': app('/app/hook/deliveries?per_page=5'),
    'GET /app/hook/deliveries/{delivery_id}': app(`/app/hook/deliveries/${deliveryId}`),
    'POST /app/hook/deliveries/{delivery_id}/attempts': app(`/app/hook/deliveries/${deliveryId}/attempts`),
    'GET /app/installations': app('/app/installations'),
    'GET /app/installations/{installation_id}': app(`/app/installations/${id}`),
    'POST /app/installations/{installation_id}/access_tokens': [
      {
        as: 'app',
        path: `/app/installations/${id}/access_tokens`,
        body: { repositories: ['lib'], permissions: { issues: 'read' } },
      },
    ],
    'GET /installation/repositories': [{ as: 'installation', path: '/installation/repositories' }],
    'DELETE /installation/token': [],
    'GET /meta': [{ as: 'installation', path: '/meta' }],
    'GET /rate_limit': [{ as: 'installation', path: '/rate_limit' }],
    'GET /repos/{owner}/{repo}': installation(''),
    'GET /repos/{owner}/{repo}/branches': installation('/branches'),
    'GET /repos/{owner}/{repo}/branches/{branch}': installation('/branches/main'),
    'GET /repos/{owner}/{repo}/collaborators/{username}/permission': installation(
      '/collaborators/octo-org/permission',
    ),
    'GET /repos/{owner}/{repo}/commits': installation('/commits?sha=main'),
    'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls': installation(`/commits/${stage.second}/pulls`),
    'GET /repos/{owner}/{repo}/commits/{ref}': [
      ...installation('/commits/main'),
      ...installation(`/commits/${stage.base}`),
    ],
    'GET /repos/{owner}/{repo}/compare/{basehead}': installation(`/compare/${stage.base}...main`),
    'GET /repos/{owner}/{repo}/contents/{path}': [
      ...installation('/contents/'),
      ...installation('/contents/src'),
      ...installation('/contents/src/sum.js?ref=main'),
    ],
    'GET /repos/{owner}/{repo}/git/commits/{commit_sha}': installation(`/git/commits/${stage.first}`),
    'GET /repos/{owner}/{repo}/git/matching-refs/{ref}': installation('/git/matching-refs/pull'),
    'GET /repos/{owner}/{repo}/git/ref/{ref}': installation('/git/ref/heads/main'),
    'GET /repos/{owner}/{repo}/installation': app(`/repos/${name}/installation`),
    'GET /repos/{owner}/{repo}/issues': installation('/issues?state=all'),
    'POST /repos/{owner}/{repo}/issues': [
      { as: 'installation', path: `/repos/${name}/issues`, body: { title: 'New' } },
    ],
    'GET /repos/{owner}/{repo}/issues/comments/{comment_id}': installation(`/issues/comments/${commentId}`),
    'GET /repos/{owner}/{repo}/issues/{issue_number}': [
      ...installation('/issues/1'),
      ...installation('/issues/2'),
    ],
    'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': installation('/issues/1/comments'),
    'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': [
      { as: 'installation', path: `/repos/${name}/issues/1/comments`, body: { body: 'Done' } },
    ],
    'GET /repos/{owner}/{repo}/issues/{issue_number}/labels': installation('/issues/1/labels'),
    'GET /repos/{owner}/{repo}/issues/{issue_number}/timeline': [
      ...installation('/issues/1/timeline'),
      ...installation('/issues/2/timeline'),
    ],
    'GET /repos/{owner}/{repo}/labels': installation('/labels'),
    'GET /repos/{owner}/{repo}/license': installation('/license'),
    'GET /repos/{owner}/{repo}/pulls': installation('/pulls?state=all'),
    'POST /repos/{owner}/{repo}/pulls': [
      {
        as: 'installation',
        path: `/repos/${name}/pulls`,
        body: { title: 'Again', head: 'next', base: 'main' },
      },
    ],
    'GET /repos/{owner}/{repo}/pulls/{pull_number}': [
      ...installation('/pulls/2'),
      ...installation('/pulls/3'),
    ],
    'GET /repos/{owner}/{repo}/pulls/{pull_number}/comments': installation('/pulls/2/comments'),
    'GET /repos/{owner}/{repo}/pulls/{pull_number}/commits': installation('/pulls/2/commits'),
    'GET /repos/{owner}/{repo}/pulls/{pull_number}/files': installation('/pulls/2/files'),
    'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews': installation('/pulls/2/reviews'),
    'GET /user': user('/user'),
    'GET /user/installations': user('/user/installations'),
    'GET /user/installations/{installation_id}/repositories': user(`/user/installations/${id}/repositories`),
    'GET /users/{username}': [{ as: 'installation', path: '/users/octo-dev' }],
  };
}

/** Keys that GitHub's description demands and that we do not answer, each for a reason. */
const knownMissing: readonly string[] = [];

test('every operation answers as GitHub describes it', async () => {
  await using stage = await rehearse({
    permissions: { issues: 'write', pull_requests: 'write', contents: 'read' },
  });
  await fill(stage);
  const tokens = await authorizations(stage);
  const [delivery] = stage.github.deliveries.records(stage.app.appId);
  const comment = stage.receiver.heard.find(({ event }) => event === 'issue_comment')?.payload[
    'comment'
  ] as unknown;
  const planned = calls(stage, delivery?.id ?? 0, (comment as { id: number }).id);
  expect(Object.keys(planned).toSorted()).toEqual([...operations].toSorted());
  const problems: string[] = [];
  const missing = new Set<string>();
  for (const call of Object.values(planned).flat()) {
    const verdict = await exchange(stage, call, tokens[call.as]);
    problems.push(...verdict.problems);
    for (const line of verdict.missing) missing.add(line.replaceAll(/\/\d+/g, '/*'));
  }
  expect(problems).toEqual([]);
  expect([...missing].toSorted()).toEqual(knownMissing);
  expect(stage.github.violations).toEqual([]);
});

async function exchange(
  stage: Rehearsal,
  call: Call,
  authorization: string,
): Promise<{ problems: string[]; missing: readonly string[] }> {
  const method = methodOf(call);
  const url = new URL(stage.github.apiUrl + call.path);
  const body = call.body === undefined ? null : JSON.stringify(call.body);
  const answer = await fetch(url, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    body,
  });
  const responseBody: unknown = await answer.json();
  const path = url.pathname.replace('/api/v3', '');
  const verdict = validateExchange({
    method,
    path,
    query: url.searchParams,
    requestBody: call.body,
    status: answer.status,
    responseBody,
  });
  return {
    problems: verdict.violations.map((violation) => `${violation.operation} ${violation.problem}`),
    missing: verdict.missing,
  };
}

function methodOf(call: Call): string {
  if (call.path.endsWith('/attempts')) return 'POST';
  if (call.path === '/app/hook/config' && call.body !== undefined) return 'PATCH';
  return call.body === undefined ? 'GET' : 'POST';
}

async function authorizations(stage: Rehearsal): Promise<Record<Call['as'], string>> {
  const { token: jwt } = (await stage.appClient.auth({ type: 'app' })) as { token: string };
  const query = new URLSearchParams({
    client_id: stage.app.clientId,
    redirect_uri: 'http://127.0.0.1:9/',
    login: 'octo-org',
  });
  const page = await fetch(`${stage.github.url}/login/oauth/authorize?${query.toString()}`, {
    redirect: 'manual',
  });
  const code = new URL(page.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const form = new URLSearchParams({
    client_id: stage.app.clientId,
    client_secret: stage.app.clientSecret,
    code,
  });
  const answer = await fetch(`${stage.github.url}/login/oauth/access_token`, { method: 'POST', body: form });
  const user = new URLSearchParams(await answer.text()).get('access_token') ?? '';
  return { app: `Bearer ${jwt}`, installation: `Bearer ${await mintToken(stage)}`, user: `Bearer ${user}` };
}
