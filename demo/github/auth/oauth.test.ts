import { expect, test } from 'vitest';
import { rehearse, type Rehearsal } from '../rehearsal.ts';

async function signIn(
  stage: Rehearsal,
  login: string,
  verifier?: { challenge: string; secret: string },
): Promise<Record<string, string>> {
  const callback = 'http://127.0.0.1:9/callback';
  const query = new URLSearchParams({
    client_id: stage.app.clientId,
    redirect_uri: callback,
    state: 'xyz',
    login,
  });
  if (verifier !== undefined) query.set('code_challenge', verifier.challenge);
  const page = await fetch(`${stage.github.url}/login/oauth/authorize?${query.toString()}`, {
    redirect: 'manual',
  });
  expect(page.status).toBe(302);
  const target = new URL(page.headers.get('location') ?? '');
  expect(target.searchParams.get('state')).toBe('xyz');
  return exchange(stage, target.searchParams.get('code') ?? '', verifier?.secret);
}

async function exchange(stage: Rehearsal, code: string, verifier?: string): Promise<Record<string, string>> {
  const { clientId, clientSecret } = stage.app;
  const form = {
    client_id: clientId,
    client_secret: clientSecret,
    code,
    ...(verifier === undefined ? {} : { code_verifier: verifier }),
  };
  const answer = await fetch(`${stage.github.url}/login/oauth/access_token`, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(form),
  });
  return (await answer.json()) as Record<string, string>;
}

test('a person signs in and sees the installations and repositories that are theirs', async () => {
  await using stage = await rehearse({ private: true });
  stage.github.setRole({ repo: 'octo-org/lib', login: 'octo-dev', role: 'maintain' });
  const kit = stage.client((await signIn(stage, 'octo-dev'))['access_token']);
  expect((await kit.request('GET /user')).data.login).toBe('octo-dev');
  const { data } = await kit.request('GET /user/installations');
  expect(data.installations.map(({ id }) => id)).toEqual([stage.installationId]);
  const installation_id = stage.installationId;
  const repositories = await kit.request('GET /user/installations/{installation_id}/repositories', {
    installation_id,
  });
  expect(repositories.data.repositories[0]?.permissions).toMatchObject({ maintain: true, admin: false });
  const who = { owner: 'octo-org', repo: 'lib', username: 'octo-dev' };
  const permission = await kit.request('GET /repos/{owner}/{repo}/collaborators/{username}/permission', who);
  expect(permission.data).toMatchObject({ permission: 'write', role_name: 'maintain' });
  expect(stage.github.violations).toEqual([]);
});

test('a stranger sees no installation', async () => {
  await using stage = await rehearse();
  const kit = stage.client((await signIn(stage, 'octo-stranger'))['access_token']);
  expect((await kit.request('GET /user/installations')).data.total_count).toBe(0);
});

test('a code works once, and only with its verifier', async () => {
  await using stage = await rehearse();
  expect(await exchange(stage, 'made-up')).toMatchObject({ error: 'bad_verification_code' });
  const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
  const secret = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  expect(await signIn(stage, 'octo-dev', { challenge, secret })).toHaveProperty('access_token');
  expect(await signIn(stage, 'octo-dev', { challenge, secret: 'wrong' })).toMatchObject({
    error: 'bad_verification_code',
  });
});
