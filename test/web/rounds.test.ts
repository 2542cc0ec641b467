import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoopbackGitHub, startLoopbackGitHub } from '../../demo/github/server.ts';
import { githubHosts } from '../../src/github/hosts.ts';
import { createOAuth } from '../../src/github/oauth.ts';
import type { DashboardDeps, WebApp } from '../../src/web/page/environment.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { dashboardOn } from './dashboard-under-test.ts';
import { type JobWorld, jobWorld } from './jobs.ts';
import { checkpoints, rounds, seedRounds, snapshots } from './seed-rounds.ts';
import { hostile, plainIds, type RepositoryIds, seedWorld } from './seed.ts';
import { type Browser, browser } from './visit.ts';

let database: TestDatabase;
let world: JobWorld;
let person: Browser;
let instances: string[];
let home: string;
let github: LoopbackGitHub;
let ids: RepositoryIds;
let shared: WebApp;

const publicUrl = 'https://mendloop.example.com';

/** Who may do what in which repository. */
const roles = [
  ['octo-both', 'parser', 'read'],
  ['octo-both', 'vault', 'read'],
  ['octo-owner', 'parser', 'admin'],
  ['octo-reader', 'parser', 'read'],
  ['octo-stranger', 'ledger', 'admin'],
] as const;

async function gitHubWithPeople(): Promise<DashboardDeps['access']> {
  const made: Record<string, number> = {};
  for (const name of ['parser', 'ledger', 'vault']) {
    made[name] = (await github.createRepository({ owner: 'octo-org', name, private: true })).id;
  }
  ids = { ...plainIds, ...made };
  for (const [login, name, role] of roles) github.setRole({ repo: `octo-org/${name}`, login, role });
  const permissions = { contents: 'read' } as const;
  const app = await github.registerApp({
    permissions,
    events: [],
    webhookUrl: null,
    webhookSecret: 'unused',
  });
  github.install({ appId: app.appId, account: 'octo-org', repositories: 'all' });
  const oauth = createOAuth({ hosts: githubHosts(github.apiUrl), ...app });
  const sessionSecret = 'a session secret of at least 32 characters';
  return { mode: 'oauth', github: oauth, sessionSecret, publicUrl };
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'mendloop-rounds-'));
  github = await startLoopbackGitHub({ dir: home });
  const access = await gitHubWithPeople();
  database = await testDatabase();
  world = await jobWorld(database.db, database.url);
  instances = await seedWorld(database.db, { deliveries: 10, ids });
  await seedRounds(database.db, instances, ids);
  person = browser(dashboardOn(database.db, world));
  shared = dashboardOn(database.db, world, { access });
});

afterAll(async () => {
  await github[Symbol.asyncDispose]();
  await rm(home, { recursive: true });
  await world[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** The text of a page, without its tags, one space between words. */
function plain(page: string): string {
  return page.replaceAll(/<(?:"[^"]*"|[^>"])*>/g, ' ').replaceAll(/\s+/g, ' ');
}

function plotOf(page: string, title: string): string {
  const parts = page.split('<figure class="plot">');
  return parts.find((part) => plain(part).startsWith(` ${title} `)) ?? '';
}

describe('the list of rounds', () => {
  it('shows each with state, cause, cluster, engine, steps, curve, reward and gate', async () => {
    const text = await person.text('/rounds');
    const [newest, ...others] = text.split('<tr>').slice(2).map(plain);
    expect(newest).toContain(rounds.planned);
    expect(others.find((row) => row.includes(rounds.running))).toMatch(
      /night of 2026-03-10 running local trl_grpo mendloop\/1 7 \/ 20 -0\.150/,
    );
    expect(others.find((row) => row.includes(rounds.promoted))).toMatch(
      /promoted improvement shown .* promote /,
    );
    expect(text.match(/<svg class="spark"/g)).toHaveLength(2);
  });

  it('filters by state, cause, engine and cluster, and sorts by reward', async () => {
    const shown = async (query: string): Promise<string[]> => {
      const text = await person.text(`/rounds?${query}`);
      return [...text.matchAll(/<a href="\/rounds\/([^"?]+)">/g)].map(([, id]) => id ?? '');
    };
    expect(await shown('state=running')).toEqual([rounds.running]);
    expect(await shown('cause=manual')).toEqual([rounds.planned, rounds.hacked]);
    expect(await shown('engine=verl_grpo&cluster=slurm-one')).toEqual([rounds.hacked]);
    expect(await shown('cluster=nowhere')).toEqual([]);
    expect((await shown('sort=reward')).slice(0, 2)).toEqual([rounds.promoted, rounds.running]);
  });
});

describe('a round', () => {
  it('draws one point for each step that counts: no warm-up, and none that was trained anew', async () => {
    const plot = plotOf(await person.text(`/rounds/${rounds.running}`), 'Reward mean');
    const titles = [...plot.matchAll(/<title>([^<]*)<\/title>/g)].map(([, title]) => title);
    expect(titles).toEqual([1, 2, 3, 4, 5, 6, 7].map((at) => `step ${at}: ${(-0.5 + at / 20).toFixed(3)}`));
  });

  it('draws errors, hacks, lengths and throughput, and says what the engine does not tell', async () => {
    const text = await person.text(`/rounds/${rounds.running}`);
    expect(plotOf(text, 'Format errors')).toContain('<strong>12.5 %</strong>');
    expect(plotOf(text, 'Hack share')).toContain('<strong>7.0 %</strong>');
    expect(plotOf(text, 'Answer length in tokens')).toContain('<strong>187</strong>');
    expect(plotOf(text, 'Tokens a second')).toContain('<strong>4850</strong>');
    expect(plotOf(text, 'Entropy')).toContain('Not told by this engine yet.');
  });

  it('tells attempts with their exit codes in words, phases with their times, warnings and history', async () => {
    const text = plain(await person.text(`/rounds/${rounds.running}`));
    expect(text).toContain('21 Memory ran out, on the GPU or on the machine. out of memory');
    expect(text).toMatch(/warmup 1 2026-03-10 07:59 120 s|warmup 1 [^ ]+ [^ ]+ 2 min/);
    expect(text).toContain('prompt too long × 1');
    expect(text).toMatch(/submitting → running/);
  });

  it('shows samples newest first, escaped, with reward and hack', async () => {
    const text = await person.text(`/rounds/${rounds.running}`);
    expect(text).not.toContain(hostile);
    expect(text).toContain('&lt;script&gt;document.title');
    expect(text.indexOf('&lt;script&gt;document.title')).toBeLessThan(text.indexOf('return name, value'));
    expect(text).toContain('0.250');
    expect(text).toMatch(/<p class="hack">[^<]+<\/p>/);
  });

  it('shows what it was trained on, and what was left out and why', async () => {
    const text = await person.text(`/rounds/${rounds.running}`);
    expect(text).toContain(snapshots.open);
    expect(text).toContain(`<a href="/instances/${instances[0]}">`);
    expect(plain(text)).toContain('near duplicate 5 Another instance has nearly the same fix.');
  });

  it('shows the evidence of its gate with intervals, the decision and its reasons', async () => {
    const text = plain(await person.text(`/rounds/${rounds.promoted}`));
    expect(text).toContain('promote The candidate is better than the incumbent');
    expect(text).toContain(
      'improvement shown, and nothing fell'.replace('improvement shown', 'show an improvement'),
    );
    expect(text).toMatch(/Reward mendloop\/1 trained on 0\.420 0\.340 \+0\.080 \+0\.031 to \+0\.127 24/);
    expect(text).toMatch(/Format errors 12\.5 % 12\.5 % 0\.0 % −2\.0 % to \+2\.0 % 24/);
    expect(text).toContain('All 2 nights against this incumbent together: +0.070');
  });

  it('shows the checkpoints that it goes back to', async () => {
    const text = plain(await person.text(`/rounds/${rounds.promoted}`));
    const line = text.slice(text.indexOf('Lineage'));
    expect(line.indexOf(checkpoints.promoted)).toBeLessThan(line.indexOf(checkpoints.discarded));
    expect(line.indexOf(checkpoints.discarded)).toBeLessThan(line.indexOf('base model'));
  });

  it('is whole before it has data, without script or stream once it has ended', async () => {
    expect((await person.visit(`/rounds/${rounds.planned}`)).status).toBe(200);
    const running = await person.text(`/rounds/${rounds.running}`);
    const over = await person.text(`/rounds/${rounds.promoted}`);
    expect(running).toContain(`data-events="/rounds/${rounds.running}/events?after=2-7"`);
    expect(running.match(/<script src="\/assets\/[0-9a-f]+\/(htmx|round)\.js"/g)).toHaveLength(2);
    expect(running).not.toMatch(/<style|\sstyle="|\son[a-z]+="/);
    expect(over).not.toContain('data-events=');
    expect(over).not.toContain('round.js');
  });

  it.each(['r-nothing', '%00', "';drop table round"])('that is not there, %j, is not found', async (id) => {
    expect((await person.visit(`/rounds/${encodeURIComponent(id)}`)).status).toBe(404);
    expect((await person.visit(`/rounds/${encodeURIComponent(id)}/events`)).status).toBe(404);
  });
});

describe('cancelling a round', () => {
  it('asks for it once, by a form of its own page only', async () => {
    const path = `/rounds/${rounds.planned}`;
    const foreign = { method: 'POST', headers: { origin: 'https://example.com' }, form: {} };
    expect((await person.visit(`${path}/cancel`, foreign)).status).toBe(403);
    const first = await person.submit(path, `${path}/cancel`, {});
    expect(first.headers.get('location')).toBe(`${path}?done=cancel`);
    const { cancel_asked_at, state } = await database.db
      .selectFrom('round')
      .select(['cancel_asked_at', 'state'])
      .where('round_id', '=', rounds.planned)
      .executeTakeFirstOrThrow();
    expect(cancel_asked_at).not.toBeNull();
    expect(state).toBe('planned');
    const waiting = await world.admin.waiting(null, 10);
    expect(waiting.map(({ kind }) => kind)).toEqual(['round.advance']);
    const again = await person.submit('/rounds/' + rounds.running, `${path}/cancel`, {});
    expect(again.headers.get('location')).toBe(`${path}?done=cancel-late`);
    expect(await person.text(`${path}?done=cancel`)).toContain('It was asked to end.');
  });
});

describe('checkpoints', () => {
  it('are listed with status, gate, round and parent, and what the aliases mean', async () => {
    const text = await person.text('/checkpoints');
    const rows = text.split('<tr>').slice(2).map(plain);
    expect(rows[0]).toMatch(
      new RegExp(`${checkpoints.promoted} stable promoted promote ${rounds.promoted} adapter`),
    );
    expect(rows[1]).toContain(`${checkpoints.discarded} discarded – ${rounds.hacked} adapter base model`);
    expect(plain(text)).toMatch(new RegExp(`stable ${checkpoints.promoted} .* canary base model`));
    const filtered = await person.text('/checkpoints?status=discarded');
    expect(filtered.split('<tr>').length - 2).toBe(1);
  });
});

describe('metrics', () => {
  it('count rounds, and tell the last promotion and the step of the running one', async () => {
    const text = await person.text('/metrics');
    expect(text).toContain('mendloop_rounds{state="running"} 1\n');
    expect(text).toContain('mendloop_rounds{state="promoted"} 1\n');
    expect(text).toMatch(/^mendloop_round_last_promoted_seconds 17\d{8}$/m);
    expect(text).toContain('mendloop_round_step{cluster="local"} 7\n');
    expect(text).toContain('mendloop_round_steps_wanted{cluster="local"} 20\n');
  });
});

describe('what someone may see of rounds', () => {
  /** That person's browser, through GitHub's web flow. */
  async function signedIn(login: string): Promise<Browser> {
    const visitor = browser(shared, publicUrl);
    const out = await visitor.visit('/auth/github?back=%2Frounds');
    const authorize = new URL(out.headers.get('location') ?? '');
    authorize.searchParams.set('login', login);
    const answer = await fetch(authorize, { redirect: 'manual' });
    const { pathname, search } = new URL(answer.headers.get('location') ?? '');
    expect((await visitor.visit(`${pathname}${search}`)).headers.get('location')).toBe('/rounds');
    return visitor;
  }

  it('all of it, where they may read every repository that it was trained on', async () => {
    const reader = await signedIn('octo-both');
    const text = await reader.text(`/rounds/${rounds.promoted}`);
    expect(text).toContain('the answer of twenty');
    expect(text).toContain('octo-org__vault-9');
    expect(text).not.toContain('Cancel this round');
  });

  it('figures, but neither answers nor names, of other repositories in it', async () => {
    const reader = await signedIn('octo-owner');
    const text = await reader.text(`/rounds/${rounds.promoted}`);
    expect(plotOf(text, 'Reward mean')).toContain('<strong>0.500</strong>');
    expect(text).toContain(`<a href="/instances/${instances[0]}">`);
    expect(plain(text)).toContain('and 1 more');
    expect(text).not.toMatch(/the answer of twenty|octo-org__vault/);
    const stream = await reader.text(`/rounds/${rounds.promoted}/events`);
    expect(stream).toContain('event: sample');
    expect(stream).not.toMatch(/the answer of twenty|octo-org__/);
  });

  it('nothing of a round that has none of their repositories', async () => {
    const stranger = await signedIn('octo-stranger');
    for (const path of [
      `/rounds/${rounds.promoted}`,
      `/rounds/${rounds.promoted}/events`,
      `/rounds/${rounds.planned}`,
    ]) {
      expect((await stranger.visit(path)).status).toBe(404);
    }
    expect(await stranger.text('/rounds')).toContain('No round matches.');
    const checkpointsPage = await stranger.text('/checkpoints');
    expect(checkpointsPage).toContain('a checkpoint of other repositories');
    expect(checkpointsPage).not.toContain(rounds.promoted);
  });

  it('a form to cancel it, only for who administers every repository in it', async () => {
    const reader = await signedIn('octo-reader');
    const path = `/rounds/${rounds.running}`;
    expect(await reader.text(path)).not.toContain('Cancel this round');
    expect((await reader.submit(`/consent/${ids.parser}`, `${path}/cancel`, {})).status).toBe(403);
    const owner = await signedIn('octo-owner');
    expect(await owner.text(path)).toContain('Cancel this round');
    const asked = database.db
      .selectFrom('round')
      .select('cancel_asked_at')
      .where('round_id', '=', rounds.running);
    expect((await asked.executeTakeFirstOrThrow()).cancel_asked_at).toBeNull();
  });
});
