import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diffPatches } from '../../src/diff/file-patches.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { dashboardOn } from './dashboard-under-test.ts';
import { type JobWorld, jobWorld } from './jobs.ts';
import { rivalPatch } from './seed-candidates.ts';
import { hostile, seedWorld } from './seed.ts';
import { type Browser, browser } from './visit.ts';

let database: TestDatabase;
let world: JobWorld;
let person: Browser;
let ids: string[];

beforeAll(async () => {
  database = await testDatabase();
  world = await jobWorld(database.db, database.url);
  ids = await seedWorld(database.db);
  await world.enqueue({
    kind: 'collect.pull',
    payload: { repository_id: 101, number: 12, head_shas: [] },
    cause: 'one',
  });
  await world.work();
  await world.enqueue({ kind: 'collect.issue', payload: { repository_id: 102, number: 5 }, cause: 'two' });
  person = browser(dashboardOn(database.db, world));
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

function rowsIn(page: string): number {
  return page.split('<tr>').length - 2;
}

/** The text of a piece of markup. */
function plain(markup = ''): string {
  return markup
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

const paths = ['/', '/instances', '/rejections', '/deliveries', '/jobs', '/consent', '/consent/104'];

describe('every page', () => {
  it.each(paths)('%s is whole, in UTF-8, and shows nothing unescaped', async (path) => {
    const response = await person.visit(path);
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=UTF-8');
    expect(text).not.toContain('<script>document');
    expect(text).not.toContain('<b>bold');
    expect(text).toContain('</html>');
  });

  it('escapes a hostile issue title on the page of its instance', async () => {
    const text = await person.text(`/instances/${encodeURIComponent(ids.at(-1) ?? '')}`);
    expect(text).toContain('&lt;script&gt;document.title');
    expect(text).not.toContain(hostile);
    expect(text).not.toContain('<img src=x');
  });

  it('may run its own script only, be framed by nobody and be kept by no cache', async () => {
    const { headers } = await person.visit('/');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('holds no inline script, style or handler', async () => {
    for (const path of [...paths, `/instances/${ids[0]}`]) {
      const text = await person.text(path);
      expect(text).not.toMatch(/<style|\sstyle="|\son[a-z]+="/);
      expect(text.match(/<script/g)).toHaveLength(1);
    }
  });
});

describe('the overview', () => {
  it('draws the funnel with its figures and losses', async () => {
    const text = await person.text('/');
    const figures = [...text.matchAll(/<strong>([\d,]+)<\/strong> <span>([^<]+)</g)].map(
      ([, value, label]) => `${label} ${value}`,
    );
    expect(figures).toEqual([
      'Deliveries 120',
      'Pull requests 15',
      'Merged 14',
      'With an issue 7',
      'Instances 7',
    ]);
    expect(text).toContain('<small>1 not merged</small>');
    expect(text).toContain('<path class="stream"');
  });

  it('explains each reason for a rejection', async () => {
    expect(await person.text('/')).toContain('No existing issue is linked.');
  });
});

describe('lists', () => {
  it('show fifty rows and lead on to the next', async () => {
    const first = await person.text('/deliveries');
    expect(rowsIn(first)).toBe(50);
    expect(first).toContain('href="/deliveries?page=2"');
    expect(rowsIn(await person.text('/deliveries?page=3'))).toBe(20);
  });

  it('filter and sort by their address, and keep the filter while sorting', async () => {
    const text = await person.text('/deliveries?event=push&state=ignored&sort=event&dir=asc');
    expect(text).toContain('aria-sort="ascending"');
    expect(text).not.toContain('>issues.opened<');
    expect(text).toContain('/deliveries?event=push&amp;state=ignored&amp;sort=event"');
  });

  it.each([
    '?page=-1',
    '?page=x&sort=%00',
    '?event=%00%27;drop',
    '?dir=up&sort=drop table',
    '?page=99999999',
  ])('make something of %s', async (query) => {
    expect((await person.visit(`/deliveries${query}`)).status).toBe(200);
  });

  it('find instances by language and by repository', async () => {
    expect(rowsIn(await person.text('/instances'))).toBe(7);
    expect(rowsIn(await person.text('/instances?language=TypeScript'))).toBe(1);
    expect(rowsIn(await person.text('/instances?repository=octo-org%2Fparser&sort=reward'))).toBe(5);
    expect(rowsIn(await person.text('/instances?status=rejected'))).toBe(8);
  });
});

describe('one instance', () => {
  it('shows issue, evidence, diff, candidates with rewards and why, licence, consent and history', async () => {
    const text = await person.text(`/instances/${ids[0]}`);
    expect(text).toContain('splitting at the first colon');
    expect(text).toContain('GitHub itself links it as closed by the pull request; title, description');
    expect(text).toContain('<ins>+    name, colon, value = line.partition(&#39;:&#39;)\n</ins>');
    expect(text).toContain('<del>--- a comment that looks like a header\n</del>');
    expect(text).toContain('An edit looks for lines that the file does not hold.');
    expect(text).toContain('−1.000');
    expect(text).toContain('0.9620');
    expect(text).toContain('MIT');
    expect(text).toContain('short issue');
    expect(text).toContain('job 00000000');
  });

  it('explains a reward: its parts, what matches the oracle in each file, and a degenerate edit', async () => {
    const text = await person.text(`/instances/${ids[0]}`);
    const rival = text.split('<details class="candidate').find((one) => one.includes('title="#43"'));
    expect(rival).toContain('<span class="formula">paper/1</span>');
    expect(rival).toContain('<span class="formula">mendloop/1</span>');
    expect(rival).toContain('What the change earns beside the oracle’s.');
    expect(rival).toContain('No tests were run.');
    expect(rival).toMatch(/<mark>@@ -1,7 \+1,<\/mark\s*><span>8<\/span\s*><mark> @@\n def parse\(line\):/);
    expect(rival).toContain('The oracle does not change this file.');
    expect(rival).toContain('It does not change this file.');
    expect(text).toContain('<code>comments_only</code> Only comments are changed.');
  });

  it('shows what matches of the very texts that were compared, escaped', async () => {
    const text = await person.text(`/instances/${ids[0]}`);
    const sides = [...text.matchAll(/<pre\s+class="matches"[^>]*><code>(.*?)<\/code>/gs)].map(([, side]) =>
      plain(side),
    );
    expect(sides).toContain(diffPatches([rivalPatch]).get('src/parse.py'));
    expect(sides.join('\n')).toContain(hostile);
    expect(text).not.toContain(hostile);
  });

  it.each(['/instances/nothing', '/instances/%00', '/deliveries/nothing', '/consent/999', '/nowhere'])(
    'is not made up: %s is not found',
    async (path) => {
      const response = await person.visit(path);
      expect(response.status).toBe(404);
      expect(await response.text()).toContain('Not found');
    },
  );
});

describe('a delivery', () => {
  it('shows its subject and the payload that was kept', async () => {
    const text = await person.text('/deliveries/00000000-0000-4000-8000-000000000001');
    expect(text).toContain('It stops at a colon.');
    expect(text).toContain('&lt;script&gt;');
    expect(text).toContain('head_shas');
  });
});

describe('jobs', () => {
  it('show dead ones with code, message and what to do, and waiting ones', async () => {
    const text = await person.text('/jobs');
    expect(text).toMatch(/<code>github_forbidden<\/code>\s+reading the pull request: status 403/);
    expect(text).toContain('mendloop doctor');
    expect(text).toContain('octo-org/parser #12');
    expect(text).toContain('octo-org/ledger #5');
  });
});

describe('machines', () => {
  it('learn that the process and the database are well', async () => {
    expect((await person.visit('/healthz')).status).toBe(200);
    expect(await (await person.visit('/readyz')).json()).toEqual({ status: 'ready' });
  });

  it('read counts without names of repositories', async () => {
    const response = await person.visit('/metrics');
    const text = await response.text();
    expect(response.headers.get('content-type')).toContain('version=0.0.4');
    expect(text).toContain('mendloop_deliveries{state="received"} 1\n');
    expect(text).toContain('mendloop_jobs{queue="repository",state="dead"} 1\n');
    expect(text).toContain('mendloop_instances{status="ready"} 7\n');
    expect(text).toContain('mendloop_rejections{reason="no_issue"} 3\n');
    expect(text).not.toContain('octo-org');
  });
});
