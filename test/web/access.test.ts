import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoopbackGitHub, startLoopbackGitHub } from '../../demo/github/server.ts';
import { githubHosts } from '../../src/github/hosts.ts';
import { createOAuth } from '../../src/github/oauth.ts';
import type { WebApp } from '../../src/web/page/environment.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { dashboardOn } from './dashboard-under-test.ts';
import { type JobWorld, jobWorld } from './jobs.ts';
import { now, plainIds, type RepositoryIds, seedWorld } from './seed.ts';
import { type Browser, browser } from './visit.ts';

const publicUrl = 'https://mendloop.example.com';

let home: string;
let database: TestDatabase;
let world: JobWorld;
let github: LoopbackGitHub;
let ids: RepositoryIds;
let local: WebApp;
let shared: WebApp;
let clock = now;
let instances: string[];

/** Repositories of an organisation, with the App on all of them: one to read or administer, the others out of reach. */
async function gitHubWithPeople(): Promise<RepositoryIds> {
  const made: Record<string, number> = {};
  for (const name of ['parser', 'ledger', 'vault']) {
    made[name] = (await github.createRepository({ owner: 'octo-org', name, private: name === 'vault' })).id;
  }
  github.setRole({ repo: 'octo-org/parser', login: 'octo-reader', role: 'read' });
  github.setRole({ repo: 'octo-org/parser', login: 'octo-owner', role: 'admin' });
  github.setRole({ repo: 'octo-org/vault', login: 'octo-reader', role: 'none' });
  return { ...plainIds, ...made };
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'mendloop-access-'));
  github = await startLoopbackGitHub({ dir: home });
  ids = await gitHubWithPeople();
  const permissions = { contents: 'read', issues: 'read', pull_requests: 'read' } as const;
  const app = await github.registerApp({
    permissions,
    events: [],
    webhookUrl: null,
    webhookSecret: 'unused',
  });
  github.install({ appId: app.appId, account: 'octo-org', repositories: 'all' });

  database = await testDatabase();
  world = await jobWorld(database.db, database.url);
  instances = await seedWorld(database.db, { ids });
  for (const repository_id of [ids.parser, ids.ledger]) {
    await world.enqueue({
      kind: 'collect.pull',
      payload: { repository_id, number: 1, head_shas: [] },
      cause: 'seed',
    });
  }
  await world.enqueue({ kind: 'installation.sync', payload: { installation_id: 7 }, cause: 'seed' });
  await world.work();

  local = dashboardOn(database.db, world);
  const oauth = createOAuth({ hosts: githubHosts(github.apiUrl), ...app });
  const sessionSecret = 'a session secret of at least 32 characters';
  const access = { mode: 'oauth' as const, github: oauth, sessionSecret, publicUrl };
  shared = dashboardOn(database.db, world, { access, now: () => clock });
});

afterAll(async () => {
  await github[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  await rm(home, { recursive: true });
});

function consentOf(name: keyof RepositoryIds): string {
  return `/consent/${ids[name]}`;
}

/** Signs that person in on GitHub's page; the address that it sends the browser back to. */
async function approve(authorizeUrl: string, login: string): Promise<URL> {
  const page = new URL(authorizeUrl);
  page.searchParams.set('login', login);
  const answer = await fetch(page, { redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? '');
}

/** Goes through GitHub's web flow; where the person ends up. */
async function goThroughGitHub(person: Browser, login: string, back: string): Promise<string | null> {
  const out = await person.visit(`/auth/github?${new URLSearchParams({ back })}`, { from: '203.0.113.5' });
  const { pathname, search } = await approve(out.headers.get('location') ?? '', login);
  return (await person.visit(`${pathname}${search}`)).headers.get('location');
}

async function signedIn(login: string): Promise<Browser> {
  const person = browser(shared, publicUrl);
  expect(await goThroughGitHub(person, login, '/jobs')).toBe('/jobs');
  return person;
}

describe('without credentials', () => {
  it.each([
    ['another host name', { headers: { host: 'mendloop.example.com' } }],
    ['a name that resolves to loopback', { headers: { host: '127.0.0.1.example.com:3000' } }],
    ['a proxy', { headers: { 'x-forwarded-for': '203.0.113.5' } }],
    ['another machine', { from: '203.0.113.5' }],
    ['no socket', { from: '' }],
  ])('the dashboard refuses %s', async (_, options) => {
    for (const path of ['/', '/metrics', '/jobs', '/instances']) {
      expect((await browser(local).visit(path, options)).status).toBe(403);
    }
  });

  it.each(['127.0.0.1', '::1', '::ffff:127.0.0.1'])('answers %s', async (from) => {
    expect((await browser(local).visit('/', { from })).status).toBe(200);
  });

  it('health is open, so that a supervisor of any kind can ask', async () => {
    expect((await browser(local).visit('/healthz', { from: '10.0.0.9' })).status).toBe(200);
  });
});

describe('a form', () => {
  const form = { scope: 'collect' };
  const own = { origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-origin' };

  it.each([
    ['another site', { origin: 'https://evil.example.com', 'sec-fetch-site': 'cross-site' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:8080', 'sec-fetch-site': 'same-site' }],
    ['an older browser on another site', { origin: 'http://127.0.0.1:8080' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['nothing that says where it is from', {}],
  ])('from %s is refused', async (_, headers) => {
    const person = browser(local);
    const token = /name="form_token" value="([^"]+)"/.exec(await person.text(consentOf('parser')))?.[1] ?? '';
    const response = await person.visit(consentOf('parser'), {
      method: 'POST',
      headers,
      form: { ...form, form_token: token },
    });
    expect(response.status).toBe(403);
  });

  it('without the token of its session is refused', async () => {
    const person = browser(local);
    const other = /value="([^"]+)"/.exec(await browser(local).text(consentOf('parser')))?.[1] ?? '';
    await person.visit('/');
    for (const form_token of ['', 'made up', other]) {
      const response = await person.visit(consentOf('parser'), {
        method: 'POST',
        headers: own,
        form: { ...form, form_token },
      });
      expect(response.status).toBe(403);
    }
  });

  it('that is larger than any of ours is refused', async () => {
    const response = await browser(local).visit(consentOf('parser'), {
      method: 'POST',
      headers: { ...own, 'content-length': '99999' },
      form: { scope: 'x'.repeat(99_000) },
    });
    expect(response.status).toBe(413);
  });
});

describe('consent', () => {
  it('changes by the form, within the cap, and names the person', async () => {
    const person = browser(local);
    const response = await person.submit(consentOf('ledger'), consentOf('ledger'), { scope: 'train' });
    expect(response.headers.get('location')).toBe(`${consentOf('ledger')}?done=consent`);
    expect(await person.text(consentOf('ledger'))).toContain('dashboard: the local operator');
    expect((await person.submit(consentOf('ledger'), consentOf('ledger'), { scope: 'share' })).status).toBe(
      403,
    );
    expect(
      (await person.submit(consentOf('ledger'), consentOf('ledger'), { scope: 'everything' })).status,
    ).toBe(422);
  });

  it('is withdrawn only when asked twice, and then purges', async () => {
    const person = browser(local);
    const question = await person.submit(consentOf('hostile'), consentOf('hostile'), { scope: 'none' });
    expect(await question.text()).toContain('Withdraw and purge');
    expect(await person.text(consentOf('hostile'))).toContain(
      '<input type="radio" name="scope" value="collect" checked',
    );
    await person.submit(consentOf('hostile'), consentOf('hostile'), { scope: 'none', confirmed: 'yes' });
    expect(await person.text('/jobs')).toContain('repository.purge');
  });
});

describe('signing in with GitHub', () => {
  it('is asked of whoever comes', async () => {
    const response = await browser(shared, publicUrl).visit('/jobs', { from: '203.0.113.5' });
    expect(response.status).toBe(401);
    expect(await response.text()).toContain('href="/auth/github?back=%2Fjobs"');
  });

  it('is not replaced by coming from loopback', async () => {
    expect((await browser(shared).visit('/')).status).toBe(401);
  });

  it('sends to GitHub with a state, and keeps only a guarded cookie', async () => {
    const response = await browser(shared, publicUrl).visit('/auth/github');
    const to = new URL(response.headers.get('location') ?? '');
    expect(to.pathname).toBe('/login/oauth/authorize');
    expect(to.searchParams.get('redirect_uri')).toBe(`${publicUrl}/auth/callback`);
    const cookie = response.headers.getSetCookie()[0] ?? '';
    expect(cookie).toMatch(/^__Host-mendloop_sign_in=/);
    expect(cookie).toMatch(/HttpOnly; Secure; SameSite=Lax/);
  });

  it('refuses an answer that this browser did not ask for', async () => {
    const person = browser(shared, publicUrl);
    await person.visit('/auth/github');
    const response = await person.visit('/auth/callback?code=reader&state=guessed');
    expect(response.status).toBe(403);
    expect((await person.visit('/')).status).toBe(401);
  });

  it('refuses a code that GitHub does not know', async () => {
    const person = browser(shared, publicUrl);
    const out = await person.visit('/auth/github');
    const state = new URL(out.headers.get('location') ?? '').searchParams.get('state') ?? '';
    expect((await person.visit(`/auth/callback?code=wrong&state=${state}`)).status).toBe(403);
    expect((await person.visit('/')).status).toBe(401);
  });

  it.each(['//evil.example.com', '/\\evil.example.com', 'https://evil.example.com'])(
    'never leads on to %s',
    async (back) => {
      expect(await goThroughGitHub(browser(shared, publicUrl), 'octo-reader', back)).toBe('/');
    },
  );

  it('shows only repositories that GitHub lets the person read', async () => {
    const person = await signedIn('octo-reader');
    for (const path of ['/', '/instances', '/rejections', '/deliveries', '/jobs', '/consent']) {
      const text = await person.text(path);
      expect(text).not.toContain('octo-org/ledger');
      expect(text).not.toContain('octo-org/vault');
      expect(text).not.toContain('bold');
      expect(text).not.toContain('installation.sync');
    }
    expect(await person.text('/')).toContain('octo-org/parser');
    expect((await person.visit(`/instances/${instances[0]}`)).status).toBe(200);
  });

  it('shows a stranger nothing', async () => {
    const person = await signedIn('octo-stranger');
    const text = await person.text('/');
    expect(text).toContain('No repository is known yet.');
    expect(text).toMatch(/<strong>0<\/strong> <span>Deliveries/);
  });

  it('hides what is not theirs behind a plain not found', async () => {
    const person = await signedIn('octo-reader');
    const hidden = [
      `/instances/${instances[5]}`,
      consentOf('ledger'),
      consentOf('vault'),
      '/deliveries/00000000-0000-4000-8000-000000000003',
    ];
    for (const path of hidden) expect((await person.visit(path)).status).toBe(404);
  });

  it('lets a reader change nothing', async () => {
    const person = await signedIn('octo-reader');
    expect(await person.text(consentOf('parser'))).toContain('Only an administrator');
    const headers = { origin: publicUrl, 'sec-fetch-site': 'same-origin' };
    const form_token = /name="form_token" value="([^"]+)"/.exec(await person.text('/'))?.[1] ?? '';
    expect(
      (
        await person.visit(consentOf('parser'), {
          method: 'POST',
          headers,
          form: { form_token, scope: 'collect' },
        })
      ).status,
    ).toBe(403);
    const [dead] = await world.admin.dead([ids.parser], 1);
    expect(
      (await person.visit(`/jobs/${dead?.id}/requeue`, { method: 'POST', headers, form: { form_token } }))
        .status,
    ).toBe(404);
  });

  it('lets an administrator change their own repository and requeue its jobs, and no other', async () => {
    const person = await signedIn('octo-owner');
    await person.submit(consentOf('parser'), consentOf('parser'), { scope: 'collect' });
    expect(await person.text(consentOf('parser'))).toContain('dashboard: octo-owner');
    expect((await person.submit(consentOf('parser'), consentOf('ledger'), { scope: 'none' })).status).toBe(
      404,
    );
    const [own] = await world.admin.dead([ids.parser], 1);
    const [other] = await world.admin.dead([ids.ledger], 1);
    expect((await person.submit('/', `/jobs/${other?.id}/requeue`, {})).status).toBe(404);
    expect((await person.submit('/', `/jobs/${own?.id}/requeue`, {})).headers.get('location')).toBe(
      '/jobs?done=requeued',
    );
    expect(await world.admin.findDead(own?.id ?? '')).toBeNull();
  });

  it('reads permissions again after an hour without a question, and ends after eight', async () => {
    const person = await signedIn('octo-reader');
    clock = new Date(now.getTime() + 61 * 60_000);
    const later = await person.visit('/jobs?x=1');
    expect(later.headers.get('location')).toBe('/auth/github?back=%2Fjobs%3Fx%3D1');
    expect(
      (await person.visit('/jobs', { headers: { 'hx-request': 'true' } })).headers.get('hx-refresh'),
    ).toBe('true');
    clock = new Date(now.getTime() + 9 * 3_600_000);
    expect((await person.visit('/jobs')).status).toBe(401);
    clock = now;
  });

  it('ends when the person signs out, also for a copied cookie', async () => {
    const person = await signedIn('octo-reader');
    await person.submit('/', '/sign-out', {});
    expect((await person.visit('/jobs')).status).toBe(401);
  });

  it('asks GitHub for nothing but who it is and what they can read', () => {
    const asked = github.requests.all.map(
      ({ method, path }) => `${method} ${path.replace(/\?.*/, '').replaceAll(/\d{2,}|\b\d\b/g, 'N')}`,
    );
    const kinds = new Set(asked.filter((request) => request !== 'GET /login/oauth/authorize'));
    expect([...kinds].toSorted()).toEqual([
      'GET /api/v3/user',
      'GET /api/v3/user/installations',
      'GET /api/v3/user/installations/N/repositories',
      'POST /login/oauth/access_token',
    ]);
  });
});
