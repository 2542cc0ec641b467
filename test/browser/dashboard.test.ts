import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { dashboardOn } from '../web/dashboard-under-test.ts';
import { type JobWorld, jobWorld } from '../web/jobs.ts';
import { seedWorld } from '../web/seed.ts';
import { hasChromium, launch, looks, overflow, picture, watchedPage } from './chromium.ts';
import { serveSite, type Site } from './site.ts';

/** Opens a candidate, and what matches in each of its files. */
async function openCandidate(page: Page, source: string): Promise<void> {
  const candidate = page.locator('details.candidate', { has: page.getByText(source, { exact: true }) });
  await candidate.locator('> summary').click();
  for (const file of await candidate.locator('.matches-of-files summary').all()) await file.click();
}

const pages = [
  ['overview', '/'],
  ['instances', '/instances'],
  ['rejections', '/rejections'],
  ['deliveries', '/deliveries'],
  ['delivery', '/deliveries/00000000-0000-4000-8000-000000000001'],
  ['jobs', '/jobs'],
  ['consent-list', '/consent'],
  ['consent', '/consent/101'],
  ['not-found', '/nowhere'],
] as const;

describe.runIf(hasChromium)('the dashboard in a real browser', () => {
  let database: TestDatabase;
  let world: JobWorld;
  let site: Site;
  let browser: Browser;
  let instances: string[];

  beforeAll(async () => {
    database = await testDatabase();
    world = await jobWorld(database.db, database.url);
    instances = await seedWorld(database.db);
    await world.enqueue({
      kind: 'collect.pull',
      payload: { repository_id: 101, number: 12, head_shas: [] },
      cause: 'one',
    });
    await world.enqueue({
      kind: 'collect.pull',
      payload: { repository_id: 102, number: 60, head_shas: [] },
      cause: 'two',
    });
    await world.work();
    await world.enqueue({
      kind: 'collect.issue',
      payload: { repository_id: 102, number: 5 },
      cause: 'three',
    });
    site = await serveSite(dashboardOn(database.db, world));
    browser = await launch();
  });

  afterAll(async () => {
    await browser.close();
    await site[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  it.each(looks)('opens every page without a complaint: %s', async (look, options) => {
    const context = await browser.newContext(options);
    const { page, troubles } = await watchedPage(context);
    const all = [
      ...pages,
      ['instance', `/instances/${instances[0]}`],
      ['hostile', `/instances/${encodeURIComponent(instances.at(-1) ?? '')}`],
    ];
    for (const [name, path] of all) {
      const response = await page.goto(`${site.url}${path}`);
      expect(response?.status()).toBe(name === 'not-found' ? 404 : 200);
      if (name === 'instance') await openCandidate(page, '#43');
      await picture(page, `${name}-${look}`);
      expect(await page.title()).not.toBe('owned');
      expect(await overflow(page), `${name} is wider than the screen`).toBeLessThanOrEqual(0);
    }
    // A page that is not found is the only thing that the browser may complain about.
    expect(troubles.filter((text) => !text.includes('404'))).toEqual([]);
    await context.close();
  });

  it('explains a reward without JavaScript, told apart by more than colour', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${site.url}/instances/${instances[0]}`);
    await openCandidate(page, '#43');
    const line = (part: string): Promise<unknown> =>
      page.evaluate(`getComputedStyle(document.querySelector('pre.matches ${part}')).textDecorationLine`);
    expect(await page.locator('pre.matches mark:visible').first().textContent()).toBe('@@ -1,7 +1,');
    expect([await line('mark'), await line('span')]).toEqual(['underline', 'none']);
    await context.close();
  });

  it('filters by htmx: only the table is replaced, and the address follows', async () => {
    const context = await browser.newContext();
    const { page, troubles } = await watchedPage(context);
    await page.goto(`${site.url}/deliveries`);
    await page.evaluate('window.stayed = true');
    expect(await page.locator('#results tbody tr').count()).toBe(50);
    await page.getByLabel('Event').selectOption('push');
    await page.waitForURL('**/deliveries?event=push**');
    await page.locator('#results tbody tr').nth(23).waitFor();
    expect(await page.locator('#results tbody tr').count()).toBe(24);
    expect(await page.evaluate('window.stayed')).toBe(true);
    expect(troubles).toEqual([]);
    await context.close();
  });

  it('filters, sorts and turns pages without JavaScript too', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${site.url}/deliveries`);
    await page.getByLabel('State').selectOption('ignored');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.waitForURL('**state=ignored**');
    await page.getByRole('link', { name: 'Event' }).click();
    await page.waitForURL('**sort=event**');
    expect(new URL(page.url()).searchParams.get('state')).toBe('ignored');
    await page.goto(`${site.url}/deliveries`);
    await page.getByRole('link', { name: 'Next' }).click();
    await page.waitForURL('**page=2**');
    await context.close();
  });

  it('requeues a dead job in place and says so', async () => {
    const context = await browser.newContext();
    const { page, troubles } = await watchedPage(context);
    await page.goto(`${site.url}/jobs`);
    const dead = page.getByRole('button', { name: 'Requeue' });
    const before = await dead.count();
    await dead.first().click();
    await page.locator('#notice').getByText('back in its queue').waitFor();
    expect(await dead.count()).toBe(before - 1);
    expect(await world.admin.dead(null, 10)).toHaveLength(before - 1);
    expect(new URL(page.url()).pathname).toBe('/jobs');
    expect(troubles).toEqual([]);
    await context.close();
  });

  it('changes a consent, and asks before it purges', async () => {
    const context = await browser.newContext({
      colorScheme: 'light',
      viewport: { width: 1280, height: 900 },
    });
    const { page, troubles } = await watchedPage(context);
    await page.goto(`${site.url}/consent/102`);
    await page.getByLabel('Models of the own organisation').check();
    await page.getByRole('button', { name: 'Change' }).click();
    await page.getByText('The consent was changed.').waitFor();
    await page.getByLabel('Nothing is collected').check();
    await page.getByRole('button', { name: 'Change' }).click();
    await page.getByRole('heading', { name: 'Withdraw consent?' }).waitFor();
    await picture(page, 'withdraw-light');
    await page.getByRole('button', { name: 'Withdraw and purge' }).click();
    await page.getByText('is being purged').waitFor();
    const row = await database.db
      .selectFrom('repository')
      .select('consent')
      .where('repository_id', '=', 102)
      .executeTakeFirst();
    expect(row?.consent).toBe('none');
    expect(troubles).toEqual([]);
    await context.close();
  });

  it('can be walked by keyboard: the skip link first, then the pages', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(site.url);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
    await context.close();
  });
});
